// SPDX-License-Identifier: GPL-2.0-only
/*
 * Oracle "oops": a signal that ends a process is a finding if the code under
 * test caused it. As a rule it is a fault at a NULL pointer or a poisoned list
 * entry; a trap, where the compiler could prove the fault; an abort.
 */
#include <finding.h>
#include <harness/oracle/oracle.h>
#include <harness/oracle/sanitizers.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

/* This program's own file, mapped once and for as long as it runs. */
static const char *image;

extern const char __executable_start[];

static const Elf64_Shdr *section(const Elf64_Ehdr *ehdr, unsigned int type)
{
	const Elf64_Shdr *shdr = (const Elf64_Shdr *)(image + ehdr->e_shoff);
	unsigned int i;

	for (i = 0; i < ehdr->e_shnum; i++)
		if (shdr[i].sh_type == type)
			return &shdr[i];
	return NULL;
}

static void map_image(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	struct stat st;
	void *p;

	if (fd < 0 || fstat(fd, &st) ||
	    (p = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) ==
		    MAP_FAILED) {
		fprintf(stderr, "groupfuzz: /proc/self/exe: %s\n",
			strerror(errno));
		exit(2);
	}
	image = p;
	close(fd);
}

const char *symbol_name(unsigned long pc)
{
	const Elf64_Ehdr *ehdr = (const Elf64_Ehdr *)image;
	const Elf64_Shdr *symtab, *strtab;
	const Elf64_Sym *sym, *end;
	static char name[64];
	unsigned long base = (unsigned long)__executable_start;

	symtab = image ? section(ehdr, SHT_SYMTAB) : NULL;
	if (!symtab)
		return "unknown";
	strtab = (const Elf64_Shdr *)(image + ehdr->e_shoff) + symtab->sh_link;
	sym = (const Elf64_Sym *)(image + symtab->sh_offset);
	end = sym + symtab->sh_size / sizeof(*sym);
	if (ehdr->e_type == ET_DYN)
		pc -= base;
	for (; sym < end; sym++) {
		if (ELF64_ST_TYPE(sym->st_info) != STT_FUNC ||
		    pc < sym->st_value || pc >= sym->st_value + sym->st_size)
			continue;
		snprintf(name, sizeof(name), "%s",
			 image + strtab->sh_offset + sym->st_name);
		/* What the compiler appends to a static one is no name. */
		name[strcspn(name, ".")] = '\0';
		return name;
	}
	return "unknown";
}

static unsigned long fault_pc(const void *context)
{
	const ucontext_t *uc = context;

#if defined(__x86_64__)
	unsigned long pc = uc->uc_mcontext.gregs[REG_RIP];

	/* Of a call to nowhere, who made it. */
	if (pc < 4096)
		pc = *(unsigned long *)uc->uc_mcontext.gregs[REG_RSP] - 1;
	return pc;
#elif defined(__aarch64__)
	if (uc->uc_mcontext.pc < 4096)
		return uc->uc_mcontext.regs[30] - 1;
	return uc->uc_mcontext.pc;
#else
	(void)uc;
	return 0;
#endif
}

static unsigned long fault_sp(const void *context)
{
	const ucontext_t *uc = context;

#if defined(__x86_64__)
	return uc->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
	return uc->uc_mcontext.sp;
#else
	(void)uc;
	return 0;
#endif
}

/* A frame larger than this may miss the guard page, whatever reports it. */
#define NEAR_STACK 65536UL

static const char *fault_cause(int sig, unsigned long address,
			       const void *context)
{
	switch (sig) {
	case SIGFPE:
		return "division";
	case SIGILL:
	case SIGTRAP:
		return "trap";
	case SIGABRT:
		return "abort";
	}
	if (fault_sp(context) - address + NEAR_STACK < 2 * NEAR_STACK)
		return "stack-overflow";
	/* What list_del() leaves (linux/poison.h) is no canonical address. */
	return address < 4096 ? "null-dereference" : "bad-address";
}

/*
 * A handler is left by longjmp(), so what is blocked in it must not stay so: its
 * signal, whatever an engine that has put its own handler before this one asks
 * for, and under ThreadSanitizer all signals. And the latter looks at all that a
 * handler does, until it returns.
 */
static void prepare_to_leave(const void *context)
{
	const ucontext_t *uc = context;

	sigprocmask(SIG_SETMASK, &uc->uc_sigmask, NULL);
	if (!seam_concurrent)
		sanitizers_alone(true);
}

/* Of a sanitizer's runtime, or of a library, of which there are no names here. */
static bool of_others(const char *name)
{
	return !strcmp(name, "unknown") || strstr(name, "__tsan") ||
	       strstr(name, "__asan") || strstr(name, "__sanitizer") ||
	       strstr(name, "__interceptor");
}

struct caller {
	const char *name;
	bool called; /* one of others */
};

/* Goes on, from the handler, until a function of ours has called one of others. */
static _Unwind_Reason_Code look_up(struct _Unwind_Context *frame, void *arg)
{
	struct caller *c = arg;

	c->name = symbol_name(_Unwind_GetIP(frame) - 1);
	if (!of_others(c->name))
		return c->called ? _URC_END_OF_STACK : _URC_NO_REASON;
	c->called = true;
	return _URC_NO_REASON;
}

/*
 * A function whose rest is provably undefined has no end: it runs into the traps
 * between functions, and is the one before them.
 */
static const char *trap_place(void *context)
{
	const unsigned long pc = fault_pc(context);
	const char *name = "unknown";
	unsigned int back;

	for (back = 0; back < 32 && of_others(name); back++)
		name = symbol_name(pc - back);
	return name;
}

/*
 * ThreadSanitizer looks at an address before the code under test does, and some of
 * the shims are the library's functions: strlen() of a name that is none.
 */
static const char *fault_place(void *context)
{
	struct caller c = { .name = symbol_name(fault_pc(context)) };

	if (of_others(c.name))
		_Unwind_Backtrace(look_up, &c);
	return c.name;
}

static const int signals[] = {
	SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT
};
#define NR_SIGNALS (sizeof(signals) / sizeof(signals[0]))

static struct sigaction before[NR_SIGNALS]; /* an engine's, as a rule */

void oops_release(void)
{
	unsigned int i;

	for (i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &before[i], NULL);
}

/* Outside an execution it is the harness's own fault: no finding, and no verdict. */
static void not_an_oops(int sig)
{
	unsigned int i;

	for (i = 0; i < NR_SIGNALS; i++)
		if (signals[i] == sig && before[i].sa_handler != SIG_DFL) {
			oops_release();
			raise(sig);
			return;
		}
	fprintf(stderr, "groupfuzz: SIG%s outside any execution\n",
		sigabbrev_np(sig));
	_exit(2);
}

/* The signal, for the function that goes on where it came. */
static SEAM_LOCAL struct {
	const char *place, *cause;
} seen;

_Noreturn static void report(void)
{
	finding("oops", seen.place, seen.cause, "%s in %s()", seen.cause,
		seen.place);
}

/*
 * Let report() go on in place of the code that the signal came in, on its stack.
 * AddressSanitizer takes 0.2 ms to let a jump off the signal's stack pass. Returns
 * false if that cannot be done here.
 */
static bool go_on_in_report(void *context)
{
	ucontext_t *uc = context;

#if defined(__x86_64__)
	greg_t *regs = uc->uc_mcontext.gregs;

	/* Past the red zone, and as after a call. */
	regs[REG_RSP] = ((regs[REG_RSP] - 256) & -16L) - 8;
	regs[REG_RIP] = (greg_t)report;
	return true;
#elif defined(__aarch64__)
	uc->uc_mcontext.pc = (uintptr_t)report;
	return true;
#else
	(void)uc;
	return false;
#endif
}

static void oops(int sig, siginfo_t *info, void *context)
{
	unsigned long address = (unsigned long)info->si_addr;

	if (!verdict_armed()) {
		not_an_oops(sig);
		return;
	}
	seen.cause = fault_cause(sig, address, context);
	seen.place = sig == SIGTRAP ? trap_place(context) :
				      fault_place(context);
	/* No room is left on the stack that has overflowed. */
	if (strcmp(seen.cause, "stack-overflow") && go_on_in_report(context))
		return;
	prepare_to_leave(context);
	report();
}

#define STACK_SIZE (64UL << 10)

/* A sanitizer has one of its own for each thread, and takes that back. */
void oops_thread_begin(void)
{
	stack_t stack;

	if (sigaltstack(NULL, &stack) || !(stack.ss_flags & SS_DISABLE))
		return;
	stack = (stack_t){ .ss_sp = malloc(STACK_SIZE), .ss_size = STACK_SIZE };
	if (stack.ss_sp)
		sigaltstack(&stack, NULL);
}

/*
 * libFuzzer installs no handler where there is one already, and has its own callback
 * for a runtime that gives up. So this comes after, and what is not an oops is
 * libFuzzer's: it writes the input that did it.
 */
void oops_catch(void)
{
	struct sigaction sa = {
		.sa_sigaction = oops,
		.sa_flags = SA_SIGINFO | SA_ONSTACK,
	};
	unsigned int i;

	runtime_init();
	oops_thread_begin();
	for (i = 0; i < NR_SIGNALS; i++)
		sigaction(signals[i], &sa, &before[i]);
}

/* --- loops that never end --- */

#define MAX_SECONDS 5 /* of processor time: an execution takes microseconds */

unsigned long oops_execution;

/* Twice in the same execution: a loop without a yield point. */
static void tick(int sig, siginfo_t *info, void *context)
{
	static unsigned long last;

	(void)sig;
	(void)info;
	if (!verdict_armed() || oops_execution != last) {
		last = oops_execution;
		return;
	}
	last = 0;
	prepare_to_leave(context);
	/* In which function of the loop it is seen is chance. */
	finding("locking", oracle_place, "endless-loop",
		"%s() has not come to an end in %u seconds",
		symbol_name(fault_pc(context)), MAX_SECONDS);
}

/*
 * ThreadSanitizer's own keeps a signal back until the next system call, which a
 * loop never makes.
 */
static void handle_at_once(int sig, const struct sigaction *sa)
{
	int (*set)(int sig, const struct sigaction *sa, struct sigaction *old);

	*(void **)&set = dlsym(RTLD_NEXT, "sigaction");
	if (!set || set(sig, sa, NULL)) {
		fprintf(stderr, "groupfuzz: no handler for a signal\n");
		exit(2);
	}
}

void oops_watch_time(void)
{
	const struct itimerval every = {
		.it_interval.tv_sec = MAX_SECONDS,
		.it_value.tv_sec = MAX_SECONDS,
	};
	struct sigaction sa = {
		.sa_sigaction = tick,
		.sa_flags = SA_SIGINFO | SA_RESTART,
	};

	handle_at_once(SIGVTALRM, &sa);
	setitimer(ITIMER_VIRTUAL, &every, NULL);
}

void oops_init(void)
{
	map_image();
	oops_watch_time();
}
