# Read by the functions: the request, and three words to answer it with.
# The request is compact JSON from the definition; a field of it is cut out by sed, so that nothing needs installing.

request=$(cat)

# The text or number of a member.
field() {
    printf '%s' "$request" | sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

# Notes what was done where $ORDER_LEDGER says, so that one can count it from outside.
note() {
    printf '%s %s\n' "$1" "$(field orderId)" >> "${ORDER_LEDGER:-/dev/null}"
}

# Fails the task with an error's name and message.
fail() {
    printf '{"errorType":"%s","errorMessage":"%s"}\n' "$1" "$2"
    exit 1
}
