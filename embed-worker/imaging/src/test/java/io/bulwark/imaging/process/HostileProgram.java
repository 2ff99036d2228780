package io.bulwark.imaging.process;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A decoder process that some files take over: their text says what they make of it, behind the first box of a HEIC
 * where they are to look like one. All others are read.
 */
final class HostileProgram {

    private static final String HEIC = "\0\0\0\20ftypheic\0\0\0\0";

    private HostileProgram() {}

    /** A file that looks like a HEIC and takes a process over. */
    static byte[] heic(String words) {
        return (HEIC + words).getBytes(StandardCharsets.ISO_8859_1);
    }

    public static void main(String[] args) throws IOException {
        DecoderProcess.serve(settings -> {
            PictureReader reader = new DecoderProcess.LocalReader(settings);
            return (file, hashes) -> {
                String text = new String(file, StandardCharsets.ISO_8859_1).replaceFirst("^\\Q" + HEIC + "\\E", "");
                return text.startsWith("do ") ? obey(text) : reader.read(file, hashes);
            };
        });
    }

    private static PictureRead obey(String text) {
        String[] words = text.split(" ");
        switch (words[1]) {
            case "halt" -> Runtime.getRuntime().halt(7);
            case "halt-loudly" -> {
                System.err.println("first line\n" + "much ".repeat(10_000) + "\nBULWARK-0001 second line");
                Runtime.getRuntime().halt(9);
            }
            case "halt-once" -> haltUnless(Path.of(words[2]));
            case "kill" -> kill(Path.of(words[2]), Integer.parseInt(words[3]));
            case "rest" -> rest(Long.parseLong(words[2]));
            case "exhaust" -> exhaust();
            case "hang" -> hang();
            case "lie" -> lie();
            case "stutter" -> stutter();
            case "fork" -> fork();
            case "long-ago" -> {
                return longAgo();
            }
            case "blame" -> throw new UncheckedIOException(new IOException("No space left on device"));
            case "break" -> throw new IllegalStateException("a step\nis broken");
            case "overflow" -> overflow(0);
            default -> throw new IllegalArgumentException(text);
        }
        return new PictureRead.Broken("obeyed");
    }

    private static void haltUnless(Path witness) {
        if (!Files.exists(witness)) {
            try {
                Files.createFile(witness);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            Runtime.getRuntime().halt(8);
        }
    }

    /** Ends some processes as the kernel does where memory is short; later ones go on. */
    private static void kill(Path folder, int times) {
        for (int i = 0; i < times; i++) {
            try {
                Files.createFile(folder.resolve("killed-" + i));
                long own = ProcessHandle.current().pid();
                new ProcessBuilder("/bin/sh", "-c", "kill -9 " + own).start().waitFor();
                rest(Long.MAX_VALUE);
            } catch (FileAlreadyExistsException before) {
                // That one was killed; perhaps this one is not.
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Takes time, but none of a CPU's: what a file looks like on a machine that is busy with other things. */
    private static void rest(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void exhaust() {
        List<byte[]> hoard = new ArrayList<>();
        while (true) {
            hoard.add(new byte[1 << 20]);
        }
    }

    private static void hang() {
        long turns = 0;
        while (turns >= 0) {
            turns = (turns + 1) & Long.MAX_VALUE;
        }
    }

    /** Says that two billion views follow. */
    private static void lie() {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            byte[] answer = new byte[1 + 8 + 8 + 4 + 4];
            answer[0] = 3;
            answer[answer.length - 4] = 0x7f;
            out.write(answer);
            out.flush();
            hang();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers once more than it was asked, so that the next file finds an answer that is not its own. */
    private static void stutter() {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            ByteArrayOutputStream twice = new ByteArrayOutputStream();
            DataOutputStream answers = new DataOutputStream(twice);
            Wire.writeAnswer(answers, new PictureRead.Broken("obeyed"));
            answers.writeByte(Wire.BEGUN);
            Wire.writeAnswer(answers, new PictureRead.Broken("left for the next"));
            out.write(twice.toByteArray());
            out.flush();
            hang();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Leaves the pipes to a process that outlives this one. */
    private static void fork() {
        try {
            new ProcessBuilder("/bin/sleep", "100").inheritIO().start();
            hang();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PictureRead longAgo() {
        List<View> views = List.of(new View("whole", new byte[64 * 64 * 3]));
        return new PictureRead.Seen(
                views,
                views,
                List.of(),
                Optional.empty(),
                Duration.ofNanos(Long.MIN_VALUE),
                Duration.ofNanos(Long.MAX_VALUE));
    }

    private static int overflow(int depth) {
        return overflow(depth + 1) + 1;
    }
}
