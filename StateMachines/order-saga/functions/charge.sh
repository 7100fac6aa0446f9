# Charges a card. One card has no luck: the bank is out twice, and then it declines.
. "$(dirname "$0")/request.sh"

case "$(field card)" in
*-0002)
    case "${STEPWELL_ATTEMPT:-1}" in
    1 | 2) fail Payment.Unavailable "the bank does not answer" ;;
    *) fail Card.Declined "limit reached" ;;
    esac
    ;;
esac

note charge
printf '{"payment":"p-%s","amount":%s}\n' "$(field orderId)" "$(field amount)"
