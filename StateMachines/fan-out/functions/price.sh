# Prices one item.
request=$(cat)
sku=$(printf '%s' "$request" | sed -n 's/.*"sku":"\([^"]*\)".*/\1/p')

case "$sku" in
lamp) price=49.9 ;;
bulb) price=5 ;;
cable) price=9.5 ;;
*)
    printf '{"errorType":"Prices.Unknown","errorMessage":"no price for %s"}\n' "$sku"
    exit 1
    ;;
esac

printf '{"sku":"%s","price":%s}\n' "$sku" "$price"
