/**
 * A decoder process is confined by the kernel before it reads a file. What may enter: calls of the kernel and their
 * arguments, in numbers and structures of Linux. The only package of this module that uses JNA, and the module's only
 * dependency that reads no picture.
 *
 * <pre>{@code
 * Confinement confinement = new Confinement(read, execute, List.of(folder), false);
 * List<String> words = confinement.arguments(Isolation.PREFER, List.of("/usr/bin/java", "-cp", jars, "Decoder"));
 * new ProcessBuilder(java(IsolationLauncher.class, words)).start();
 * }</pre>
 *
 * <h2>What it is for</h2>
 *
 * A decoder runs as the worker's user. Without confinement, code in it reads the worker's secrets from {@code /proc},
 * attaches to its JVM, kills it, uses its network and its files, and leaves a process behind. {@code IsolationTest}
 * tries all of that in a decoder's place.
 *
 * <h2>How it is done</h2>
 *
 * {@link io.bulwark.imaging.isolation.IsolationLauncher} is a separate JVM. Its main thread leads a new process group,
 * takes {@code no_new_privs}, Landlock rules and one seccomp filter upon itself, and calls {@code execve}: the decoder
 * has its process id and pipes, and each of its threads is born confined.
 *
 * <ul>
 *   <li>Landlock ({@link io.bulwark.imaging.isolation.Landlock}): the JRE, jars and system libraries may be read, its
 *       own folder and {@code /dev/null} written, {@code java} executed, and for HEIC the shell, {@code setpriv} and
 *       the command. {@code /proc} is not there for it: it sees no other process, and learns from the end of its
 *       standard input that the worker is gone.
 *   <li>seccomp ({@link io.bulwark.imaging.isolation.SyscallFilter}, {@link io.bulwark.imaging.isolation.SystemCall}):
 *       no sockets, no signals to others, no namespaces, no tracing, no code from memory, no change of modes and
 *       owners. New processes only for HEIC; what it starts cannot leave the process group, which the worker kills as a
 *       whole.
 *   <li>The executable mappings of a JIT compiler stay allowed, and so do all calls that the list does not name and
 *       kernels up to 6.18 have.
 * </ul>
 *
 * <h2>What was weighed</h2>
 *
 * <ul>
 *   <li><b>A throw-away thread of the worker</b> that confines itself and calls {@code ProcessBuilder.start()}: no
 *       second JVM start. But {@code start()} creates the JDK's <i>process reaper</i> thread, and that thread was seen
 *       to inherit the confinement on JDK 17 and 25 when no idle one was there; the JDK keeps reapers for a minute,
 *       lends them to other processes and has them complete futures, and on JDK 25 a thread of the common pool started
 *       there and was confined for good. A worker with some threads that cannot open a socket fails at random. Rejected
 *       for that.
 *   <li><b>A filter inside the decoder</b> with TSYNC: Landlock binds single threads before ABI 8, and a JVM has a
 *       dozen before {@code main}. One filter set before {@code execve} does all that a second would.
 *   <li><b>A launcher in C</b>: 0.2 s of CPU time less for each process. It needs a compiler and a binary for each
 *       architecture, and a file that is executable where {@code /tmp} is not. Worth it if processes came to live for
 *       seconds.
 *   <li><b>{@code bwrap}</b> and <b>{@code setpriv --landlock-access}</b> (util-linux 2.40): in none of the base
 *       images, and {@code bwrap} needs user namespaces, which container runtimes refuse.
 *   <li><b>The foreign memory interface</b> instead of JNA: final since Java 22, we are on 17. JNA comes with DJL in
 *       any case.
 *   <li><b>A list of allowed calls</b>: see {@link io.bulwark.imaging.isolation.SyscallFilter}.
 *   <li><b>A new session</b> instead of a new process group: Linux schedules each session as a group (autogroup), and
 *       isolated processes read 0.60 of what plain ones did on a machine with other work. The filter keeps a process in
 *       its group.
 *   <li><b>{@code PR_SET_PDEATHSIG}</b> on the decoder: it follows the thread that started it, not the worker.
 * </ul>
 *
 * <h2>What remains</h2>
 *
 * A decoder that was taken over can lie about every file that it reads until it is replaced, learn which paths exist,
 * use its CPU time and memory, and fill its folder. Kernels are not free of holes.
 */
package io.bulwark.imaging.isolation;
