# Clients that ask for TLS get it where there are certificates, unless it is off; without any, all is plain text.
# nbdkit wants the authority's certificate there, too.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$dir/server-key.pem" \
  -out "$dir/server-cert.pem" 2> /dev/null
cp "$dir/server-cert.pem" "$dir/ca-cert.pem"
mkdir "$dir/none"
says() {
  nbdkit "$@" -U - memory 1M \
    --run 'nbdinfo --json "nbds+unix://localhost/?socket=$unixsocket&tls-certificates='"$dir"'"' 2> "$dir/err"
}
says --tls-certificates="$dir" | grep '"TLS": true'
says --tls=on --tls-certificates="$dir" | grep '"TLS": true'
says --tls=off --tls-certificates="$dir" && exit 1
says --tls-certificates="$dir/none" && exit 1
for option in --tls-certificates="$dir/none" '--tls=on'; do
  nbdkit "$option" -U - memory 1M --run 'nbdinfo --json "nbd+unix:///?socket=$unixsocket"' 2> "$dir/err" | grep '"TLS": false'
done
# It warns; what is required and cannot be is an error.
test -s "$dir/err"
nbdkit --tls=require --tls-certificates="$dir/none" -U - memory 1M --run true 2> /dev/null && exit 1
# Certificates that are wrong are an error, though nobody asked for TLS.
echo wrong > "$dir/server-key.pem"
nbdkit --tls-certificates="$dir" -U - memory 1M --run true 2> /dev/null && exit 1
true
