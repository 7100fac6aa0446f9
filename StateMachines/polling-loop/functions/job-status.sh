# Says how a job stands: it is done when asked for the third time.
asked=$(sed -n 's/.*"asked":\([0-9]*\).*/\1/p')
[ "$asked" -ge 3 ] && status=DONE || status=RUNNING
printf '{"id":"j-1","status":"%s","asked":%s}\n' "$status" "$asked"
