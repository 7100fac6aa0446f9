# Prices one parcel by its weight and the country it goes to.
request=$(cat)
id=$(printf '%s' "$request" | sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
kg=$(printf '%s' "$request" | sed -n 's/.*"kg":\([0-9]*\).*/\1/p')

case "$request" in
*'"country":"Finland"'*) rate=4 ;;
*) rate=9 ;;
esac

if [ "$kg" -gt 30 ]; then
    printf '{"errorType":"Prices.TooHeavy","errorMessage":"%s kg"}\n' "$kg"
    exit 1
fi
printf '{"id":"%s","price":%d,"rate":%d}\n' "$id" "$((kg * rate))" "$rate"
