# Start nbdj in the background.

# wants_background DEFAULT WORD...: tell whether a command asks for the background. DEFAULT is yes for a command that goes
# there unless told otherwise, as nbdkit does, and no for one that goes there only if told.
wants_background() {
  answer=$1
  shift
  for word in "$@"; do
    case $word in
      --) break ;;
      --background) answer=yes ;;
      --foreground | --no-fork | --single | --stdin | --run | --run=* | --exit-with-parent | --help | --version | --list | \
        --dump-* | --short-options | --long-options)
        answer=no
        break
        ;;
      --*) ;;
      -*)
        # A cluster of letters, up to one that has a value.
        letters=${word#-}
        while [ -n "$letters" ]; do
          case $letters in
            [DPUegiptu]*) break ;;
            [fsV]*) answer=no ;;
          esac
          letters=${letters#?}
        done
        ;;
    esac
  done
  [ "$answer" = yes ]
}

# in_background COMMAND...: start a command in a session of its own, and wait until it says at descriptor 9 how that went,
# or ends. Returns the status that it said.
in_background() {
  {
    {
      if setsid -f true 2> /dev/null; then
        setsid -f "$@" 9>&1 >&8 8>&- < /dev/null
      else
        "$@" 9>&1 >&8 8>&- < /dev/null &
      fi
    } | {
      exec 8>&-
      status=1
      read -r status || status=${status:-1}
      exit "$status"
    }
  } 8>&1
}
