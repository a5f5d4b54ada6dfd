/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/tty.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static volatile sig_atomic_t tty_signal;

static void
tty_handler(int number)
{
	tty_signal = number;
}

static int
tty_open(void)
{
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

int
tty_present(void)
{
	int fd = tty_open();

	if (fd < 0)
		return 0;
	close(fd);
	return 1;
}

/* Caught, and held back but while we wait: none slips in between. */
static void
tty_catch(struct sigaction *before, sigset_t *mask)
{
	struct sigaction action;
	sigset_t ours;
	size_t i;

	sigemptyset(&ours);
	for (i = 0; i < CAUGHT; i++)
		sigaddset(&ours, caught[i]);
	sigprocmask(SIG_BLOCK, &ours, mask);

	action.sa_handler = tty_handler;
	action.sa_flags = 0;
	sigemptyset(&action.sa_mask);
	tty_signal = 0;
	for (i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &action, &before[i]);
}

static void
tty_release(const struct sigaction *before, const sigset_t *mask)
{
	size_t i;

	sigprocmask(SIG_SETMASK, mask, NULL);
	for (i = 0; i < CAUGHT; i++)
		sigaction(caught[i], &before[i], NULL);
}

/* One octet; 0 at the end, -1 when a signal came first. */
static ssize_t
tty_octet(int fd, const sigset_t *mask, char *c)
{
	struct pollfd poll = { fd, POLLIN, 0 };

	if (ppoll(&poll, 1, NULL, mask) < 0 || tty_signal != 0)
		return -1;
	return read(fd, c, 1);
}

static void
tty_put(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t put;

	while (len > 0) {
		put = write(fd, text, len);
		if (put <= 0)
			return;
		text += put;
		len -= (size_t)put;
	}
}

/* One line; the terminal gives at most 4095 octets of it. */
static int
tty_line(int fd, const sigset_t *mask, char *answer, size_t room)
{
	size_t len = 0;
	int too_long = 0;
	ssize_t got;
	char c = 0;

	for (;;) {
		got = tty_octet(fd, mask, &c);
		if (got != 1 || c == '\n')
			break;
		if (len < room)
			answer[len++] = c;
		else
			too_long = 1;
	}
	c = 0;
	if (got <= 0)
		return TTY_CANCEL; /* half an answer is none */
	return too_long ? TTY_LONG : (int)len;
}

/* One question; the signal that ended it is left in tty_signal. */
static int
tty_once(int fd, const char *question, char *answer, size_t room, int echo)
{
	struct sigaction before[CAUGHT];
	struct termios was, quiet;
	sigset_t mask;
	int have, len;

	have = tcgetattr(fd, &was) == 0;
	tty_catch(before, &mask);
	if (have && !echo) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
		quiet.c_lflag |= ECHONL;
		tcsetattr(fd, TCSAFLUSH, &quiet);
	}
	tty_put(fd, question);
	len = tty_line(fd, &mask, answer, room);
	if (have && !echo)
		tcsetattr(fd, TCSAFLUSH, &was);
	if (tty_signal != 0)
		tty_put(fd, "\n");
	tty_release(before, &mask);
	return len;
}

int
tty_ask(const char *question, char *answer, size_t room, int echo)
{
	int fd, len;

	fd = tty_open();
	if (fd < 0)
		return TTY_NONE;
	for (;;) {
		len = tty_once(fd, question, answer, room, echo);
		if (tty_signal != SIGTSTP)
			break;
		explicit_bzero(answer, room);
		raise(SIGTSTP); /* stops here; then the question again */
	}
	if (tty_signal != 0)
		len = TTY_CANCEL;
	if (len < 0)
		explicit_bzero(answer, room);
	close(fd);
	return len;
}
