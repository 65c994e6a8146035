// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fibers; see fiber.h. Compiled without sanitizers, which are told here what
 * happens: ThreadSanitizer crashes if a switch stands in what it instruments.
 */
#include <harness/sched/fiber.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STACK_SIZE (256UL << 10)

#if defined(GROUPFUZZ_ASAN)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#elif defined(GROUPFUZZ_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

#if defined(__x86_64__) || defined(__aarch64__)

void fiber_swap(void **from, void *to);

static void first_frame(struct fiber *f)
{
	void **sp = (void **)(f->stack + f->size);

#if defined(__x86_64__)
	/* A called function finds the stack 8 bytes off a multiple of 16. */
	*--sp = NULL;
	*--sp = (void *)f->entry;
	sp -= 6;
	memset(sp, 0, 6 * sizeof(*sp));
#else
	sp -= 20;
	memset(sp, 0, 20 * sizeof(*sp));
	sp[11] = (void *)f->entry; /* x30, the link register */
#endif
	f->sp = sp;
}

static void swap(struct fiber *from, struct fiber *to)
{
	fiber_swap(&from->sp, to->sp);
}

#else

#include <ucontext.h>

static void first_frame(struct fiber *f)
{
	ucontext_t *uc = f->sp ? f->sp : malloc(sizeof(*uc));

	if (!uc || getcontext(uc)) {
		fprintf(stderr, "groupfuzz: no context for a thread\n");
		_exit(2);
	}
	uc->uc_stack.ss_sp = f->stack;
	uc->uc_stack.ss_size = f->size;
	makecontext(uc, f->entry, 0);
	f->sp = uc;
}

static void swap(struct fiber *from, struct fiber *to)
{
	if (!from->sp)
		from->sp = malloc(sizeof(ucontext_t));
	if (!from->sp || swapcontext(from->sp, to->sp)) {
		fprintf(stderr, "groupfuzz: no context for a thread\n");
		_exit(2);
	}
}

#endif

static void make_stack(struct fiber *f)
{
	size_t guard = sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, guard + STACK_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (p == MAP_FAILED || mprotect(p, guard, PROT_NONE)) {
		fprintf(stderr, "groupfuzz: no stack for a thread: %s\n",
			strerror(errno));
		_exit(2);
	}
	f->stack = p + guard;
	f->size = STACK_SIZE;
}

void fiber_main(struct fiber *f)
{
	pthread_attr_t attr;
	void *stack;

	memset(f, 0, sizeof(*f));
	if (!pthread_getattr_np(pthread_self(), &attr)) {
		pthread_attr_getstack(&attr, &stack, &f->size);
		f->stack = stack;
		pthread_attr_destroy(&attr);
	}
#ifdef GROUPFUZZ_TSAN
	f->tsan = __tsan_get_current_fiber();
#endif
}

void fiber_prepare(struct fiber *f, void (*entry)(void))
{
	if (!f->stack)
		make_stack(f);
	f->entry = entry;
#if defined(GROUPFUZZ_ASAN)
	/* Frames that were never left are poisoned still. */
	__asan_unpoison_memory_region(f->stack, f->size);
#elif defined(GROUPFUZZ_TSAN)
	/* And here they would stay on its shadow stack for ever. */
	if (f->tsan)
		__tsan_destroy_fiber(f->tsan);
	f->tsan = __tsan_create_fiber(0);
#endif
	first_frame(f);
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
#if defined(GROUPFUZZ_ASAN)
	__sanitizer_start_switch_fiber(&from->fake_stack, to->stack, to->size);
#elif defined(GROUPFUZZ_TSAN)
	__tsan_switch_to_fiber(to->tsan, __tsan_switch_to_fiber_no_sync);
#endif
	swap(from, to);
#if defined(GROUPFUZZ_ASAN)
	__sanitizer_finish_switch_fiber(from->fake_stack, NULL, NULL);
#endif
}

void fiber_join(struct fiber *f)
{
#ifdef GROUPFUZZ_TSAN
	void *self = __tsan_get_current_fiber();

	__tsan_switch_to_fiber(f->tsan, __tsan_switch_to_fiber_no_sync);
	__tsan_switch_to_fiber(self, 0);
#else
	(void)f;
#endif
}

void fiber_begin(struct fiber *self)
{
#ifdef GROUPFUZZ_ASAN
	__sanitizer_finish_switch_fiber(self->fake_stack, NULL, NULL);
	/* What its fake stack holds of frames that were never left is free. */
	__asan_handle_no_return();
#else
	(void)self;
#endif
}
