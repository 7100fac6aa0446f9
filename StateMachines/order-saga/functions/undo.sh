# Undoes one step: refund, cancel-courier or release. Doing it twice does no more than doing it once.
. "$(dirname "$0")/request.sh"

note "$AWS_LAMBDA_FUNCTION_NAME"
printf '{}\n'
