# How long somebody looks at so many parcels.
printf '{"seconds":%d}\n' "$((60 * $(sed 's/[^0-9]//g')))"
