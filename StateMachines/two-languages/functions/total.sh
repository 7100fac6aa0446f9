# Adds the prices up. Gold customers pay nine tenths, strangers are refused.
request=$(cat)
sum=0
for price in $(printf '%s' "$request" | tr '{' '\n' | sed -n 's/.*"price":\([0-9]*\).*/\1/p'); do sum=$((sum + price)); done

case "$request" in
*'"level":"gold"'*) sum=$((sum * 9 / 10)) ;;
*'"level":"none"'*)
    printf '{"errorType":"Totals.Refused","errorMessage":"strangers pay first"}\n'
    exit 1
    ;;
esac
printf '{"price":%d}\n' "$sum"
