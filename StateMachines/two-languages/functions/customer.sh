# Looks a customer up. One of them is found at the second attempt only.
request=$(cat)

case "$request" in
*'"c-3"'*) printf '{"name":"Ada","level":"gold","since":2019}\n' ;;
*'"c-7"'*)
    if [ "${STEPWELL_ATTEMPT:-1}" = 1 ]; then
        printf '{"errorType":"Customers.Busy","errorMessage":"try again"}\n'
        exit 1
    fi
    printf '{"name":"Grace","level":"plain","since":2024}\n'
    ;;
*)
    printf '{"errorType":"Customers.Unknown","errorMessage":"nobody has this number"}\n'
    exit 1
    ;;
esac
