package io.bulwark.imaging.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.imageio.ImageIO;

/**
 * The program of a decoder process: takes its settings and then files from standard input, one at a time, and answers on
 * standard output. It ends when standard input does, or when the worker is gone. Whatever else happens to it is the
 * worker's to notice.
 */
public final class DecoderProcess {

    private static final int BUFFER = 1 << 16;
    private static final int FRAMES_TOLD = 4;

    private DecoderProcess() {}

    public static void main(String[] args) throws IOException {
        serve(LocalPictureReader::new);
    }

    static void serve(Function<ReaderSettings, PictureReader> readers) throws IOException {
        InputStream in = System.in;
        OutputStream out = new FileOutputStream(java.io.FileDescriptor.out);
        // Whatever prints must not get between the answers.
        System.setOut(System.err);
        ImageIO.setUseCache(false);
        dieFirst();
        endWithTheWorker();
        serve(
                readers,
                new DataInputStream(new BufferedInputStream(in, BUFFER)),
                new DataOutputStream(new BufferedOutputStream(out, BUFFER)));
    }

    private static void serve(Function<ReaderSettings, PictureReader> readers, DataInputStream in, DataOutputStream out)
            throws IOException {
        ReaderSettings settings = Wire.readSettings(in);
        PictureReader reader = readers.apply(settings);
        PicturePreviewer previewer = new LocalPreviewer(settings);
        out.writeByte(Wire.READY);
        Wire.writeText(out, settings.fingerprint());
        out.flush();
        while (true) {
            Wanted wanted;
            try {
                wanted = Wanted.values()[in.readByte()];
            } catch (EOFException over) {
                return;
            }
            byte[] file = Wire.readBytes(in, Integer.MAX_VALUE);
            out.writeByte(Wire.BEGUN);
            out.flush();
            Wire.writeAnswer(out, read(reader, previewer, file, wanted));
        }
    }

    /** Memory that runs out ends the process (its options say so); all else that a file breaks is told. */
    private static PictureRead read(PictureReader reader, PicturePreviewer previewer, byte[] file, Wanted wanted) {
        try {
            return switch (wanted) {
                case VIEWS, VIEWS_AND_HASHES -> reader.read(file, wanted == Wanted.VIEWS_AND_HASHES);
                case PICTURE, STRIP -> previewer.preview(file, wanted == Wanted.STRIP);
            };
        } catch (RuntimeException | StackOverflowError failure) {
            StringBuilder told = new StringBuilder(failure.toString());
            StackTraceElement[] trace = failure.getStackTrace();
            for (int i = 0; i < Math.min(FRAMES_TOLD, trace.length); i++) {
                told.append(" at ").append(trace[i]);
            }
            return new PictureRead.Broken(told.toString());
        }
    }

    /** Where memory is short, the kernel ends this process before the worker. */
    private static void dieFirst() {
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), "1000");
        } catch (IOException notLinux) {
            // Nothing that could be done instead; the limits of the process still hold.
        }
    }

    /** Without this a process that a hostile file keeps busy would outlive a worker that was killed. */
    private static void endWithTheWorker() {
        ProcessHandle worker = ProcessHandle.current().parent().orElseThrow();
        Thread thread = new Thread(
                () -> {
                    try {
                        worker.onExit().get(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
                    } catch (Exception unknown) {
                        // Ends as well: nobody could say any more whether the worker lives.
                    }
                    Runtime.getRuntime().halt(0);
                },
                "bulwark-worker-watch");
        thread.setDaemon(true);
        thread.start();
    }
}
