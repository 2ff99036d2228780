/**
 * Files are read in processes that may die. What may enter: pools, their protocol and what runs in such a process; no
 * rule of a format.
 *
 * <pre>{@code
 * try (DecoderPool pool = new DecoderPool(settings, ProcessLimits.of(2, limits, 20 << 20, Duration.ofSeconds(10)), log)) {
 *     pool.start();
 *     switch (pool.read(file, false)) { ... }
 * }
 * }</pre>
 *
 * <h2>Why processes</h2>
 *
 * No list of hostile files is complete. The next one that no limit foresees fills a heap, never ends, or breaks a
 * decoder in native code. In the worker each of these takes down all uploads in flight, then the next worker, which
 * reads the same record. In a separate process it costs half a second of CPU time: the process is killed or ends by
 * itself, the file is read once more by a new one, alone, and if that dies as well the upload is refused as
 * {@link io.bulwark.imaging.process.PictureReader.PictureRead.Deadly}. The worker never holds a decoded picture, and it
 * can stop a decode that takes too long, which a thread cannot be made to do.
 *
 * <h2>What was weighed</h2>
 *
 * <ul>
 *   <li>Leases inside the worker alone: they are kept (each decoder still states what it takes), but they bound only
 *       what was foreseen.
 *   <li>One process a file: a JVM's start and its cold code cost more than a hundred decodes. A process serves until it
 *       dies.
 *   <li>Shared memory for the way back: views are some 50 to 150 KB each, a pipe moves them in less time than one view
 *       takes to make, and a pipe closes by itself where a process dies.
 *   <li>Processes that are nicer than the worker (by 5): 0.93 of the images a second [0.92, 0.97], and no better a p99 at
 *       half of them (1.16 times [0.62, 2.21]; three rounds of {@code bench latency} by turns, 2 December 2026, two cores).
 *   <li>Threads in one process for all files: a death would then be the fault of one of several files, and each would
 *       have to be tried again alone.
 * </ul>
 *
 * <h2>What the worker believes</h2>
 *
 * Nothing. A file may take over a decoder in native code and answer in its place. Counts, names and sizes of an answer
 * are checked before memory of that size is taken; what does not fit is a death. A process sees none of the worker's
 * environment; it may not write core files, open more than 256 files or leave its address space, and the kernel ends it
 * first where memory is short. {@link io.bulwark.imaging.isolation} keeps it from the worker's memory, from files,
 * network and other processes. An answer that was not asked for ends it as well, so that none is taken for the next
 * file's. It can still lie about what a picture shows: code of an attacker in a decoder has this verdict, and those of
 * the files that the same process is given afterwards.
 *
 * <p>A process is not believed about the machine either. Where the command of HEIC and AVIF is gone or the temporary
 * folder is full, each such file looks corrupt to the process that reads it; so the worker looks for itself whether
 * something is lacking ({@code HeifMachine}), and a file is put off only then. Otherwise a file that says so would be
 * read again for ever, and block what waits behind it. Room in the folder is looked at twice: with room for all
 * processes, since others may have filled it for a moment; and where that is lacking, with room for one, while the file
 * is read alone. A process of the command that was taken over can still fill the folder from outside its own; that is a
 * fault of the machine then, and readiness names it.
 *
 * <p>The first process decides for all of a pool whether processes are isolated: before it no file was read, and no
 * later death can talk a pool out of it.
 *
 * <p>So a process is replaced after some files of native code, a setting: by default 10,000 to 30,000 of libjpeg or
 * libwebp, drawn for each process so that not all start at once; a HEIC or AVIF, whose command runs beside it, counts
 * as 50. PNG and GIF are read by Java and do not count. The new process starts beside the work, after the old one's
 * memory was given back. What that costs chose the numbers: a start took 0.44 s of CPU time on a core that others used
 * as well, the first ten JPEGs of 640x480 another 0.32 s, the next ninety 6.6 ms each and the hundred after those 3.6
 * ms, which is some 1 s a process, or about 1 % of throughput. A process a file would cost a multiple of the decodes.
 * This bounds for how long a process that was taken over goes on, and no more.
 *
 * <h2>Whose fault a death is</h2>
 *
 * <ul>
 *   <li>The deadline counts CPU time of the process and what it started, from {@code /proc}: a file that waits for a
 *       busy machine is waited for, until it had nine tenths of the deadline in CPU time, or twice the deadline has
 *       passed.
 *   <li>A process that was killed from outside (exit code 137, as by the kernel where memory is short) twice need not
 *       be the file's doing. The file is tried a last time alone: nothing else is read meanwhile, and processes that
 *       have nothing to do are ended first, for their memory.
 *   <li>All tries, starts and waits of one file together end after 40 s and twice the deadline, which is 20 s at most.
 *       The worker's watch over its threads allows two minutes. Where it ends without a verdict, the upload is tried
 *       later.
 * </ul>
 *
 * <h2>Memory</h2>
 *
 * Each process has a heap for the pixels that its decoder may lease and for the file twice. Its young generation is
 * small and fixed, because arrays of a picture's size go past it: with the JVM's own proportions a third of the heap
 * would be out of their reach.
 */
package io.bulwark.imaging.process;
