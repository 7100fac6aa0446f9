# Books a courier for an order.
. "$(dirname "$0")/request.sh"

note book-courier
printf '{"booking":"b-%s"}\n' "$(field orderId)"
