# Reserves the goods of an order.
. "$(dirname "$0")/request.sh"

note reserve
printf '{"reservation":"r-%s"}\n' "$(field orderId)"
