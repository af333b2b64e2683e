# What cannot be is refused with status 1, and nothing is left in the background.
for words in '--nosuchoption memory 1M' 'memory 1M nosuch=1' 'memory' '-U /no/such/folder/sock memory 1M'; do
  status=0
  nbdkit -P "$dir/pid" $words > /dev/null 2> "$dir/err" || status=$?
  test "$status" = 1
  test -s "$dir/err"
  test ! -e "$dir/pid"
done
