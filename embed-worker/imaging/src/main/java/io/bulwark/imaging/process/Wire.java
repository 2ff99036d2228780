package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import io.bulwark.imaging.pdq.PdqHash;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preview.Preview;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a worker and its decoder process say to each other: settings once, then a file and its answer, in turns. The
 * worker believes nothing of an answer, for a hostile file may have taken the process over: counts, sizes and names are
 * checked before anything of their size is allocated.
 */
final class Wire {

    /** Said by the process once it could work. */
    static final byte READY = 1;

    /** Said by the process once it holds a whole file: from here on a death is that file's. */
    static final byte BEGUN = 2;

    private static final byte SEEN = 3;
    private static final byte REFUSED = 4;
    private static final byte BROKEN = 5;
    private static final byte SHOWN = 6;

    private static final int MOST_FRAMES = 256;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_TEXT = 1_000;
    private static final Duration LONGEST_TIME = Duration.ofHours(1);

    private Wire() {}

    static void writeSettings(DataOutputStream out, ReaderSettings settings) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream object = new ObjectOutputStream(bytes)) {
            object.writeObject(settings);
        }
        writeBytes(out, bytes.toByteArray());
        out.flush();
    }

    static ReaderSettings readSettings(DataInputStream in) throws IOException {
        try (ObjectInputStream object =
                new ObjectInputStream(new ByteArrayInputStream(readBytes(in, Integer.MAX_VALUE)))) {
            return (ReaderSettings) object.readObject();
        } catch (ClassNotFoundException e) {
            throw new IOException("The settings are those of another version", e);
        }
    }

    static void writeIsolation(DataOutputStream out, IsolationState state) throws IOException {
        out.writeInt(state.landlock());
        out.writeBoolean(state.seccomp());
        writeText(out, state.detail());
    }

    static IsolationState readIsolation(DataInputStream in) throws IOException {
        return new IsolationState(in.readInt(), in.readBoolean(), readText(in, LONGEST_TEXT));
    }

    static void writeRequest(DataOutputStream out, byte[] file, Wanted wanted) throws IOException {
        out.writeByte(wanted.ordinal());
        writeBytes(out, file);
        out.flush();
    }

    static byte[] readBytes(DataInputStream in, int most) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > most) {
            throw new IOException("A block of " + length + " bytes, at most " + most + " were expected");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    static void writeText(DataOutputStream out, String text) throws IOException {
        out.writeUTF(text.substring(0, Math.min(LONGEST_TEXT, text.length())));
    }

    static String readText(DataInputStream in, int most) throws IOException {
        String text = in.readUTF();
        if (text.length() > most) {
            throw new IOException("A text of " + text.length() + " characters, at most " + most + " were expected");
        }
        return oneLine(text);
    }

    /**
     * Without line breaks and other control characters, by which a text could pretend to be a log line of the worker.
     */
    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    static void writeAnswer(DataOutputStream out, PictureRead answer) throws IOException {
        if (answer instanceof PictureRead.Seen seen) {
            writeSeen(out, seen);
        } else if (answer instanceof PictureRead.Shown shown) {
            writeShown(out, shown.preview());
        } else if (answer instanceof PictureRead.Refused refused) {
            out.writeByte(REFUSED);
            out.writeUTF(refused.refusal().name());
            writeText(out, refused.detail());
        } else if (answer instanceof PictureRead.Broken broken) {
            out.writeByte(BROKEN);
            writeText(out, broken.failure());
        } else {
            throw new IllegalArgumentException("A process cannot say of itself: " + answer);
        }
        out.flush();
    }

    /** Reads an answer. What it holds fits settings and request, or it is no answer and an exception says so. */
    static PictureRead readAnswer(DataInputStream in, ReaderSettings settings, Wanted wanted) throws IOException {
        byte kind = in.readByte();
        boolean shows = wanted == Wanted.PICTURE || wanted == Wanted.STRIP;
        if (kind == SEEN && shows || kind == SHOWN && !shows) {
            throw new IOException("An answer of kind " + kind + " where " + wanted + " was asked for");
        }
        return switch (kind) {
            case SEEN -> readSeen(in, settings);
            case SHOWN -> readShown(in);
            case REFUSED -> new PictureRead.Refused(refusal(readText(in, LONGEST_NAME)), readText(in, LONGEST_TEXT));
            case BROKEN -> new PictureRead.Broken(readText(in, LONGEST_TEXT));
            default -> throw new IOException("An answer of kind " + kind);
        };
    }

    private static DecodeResult.Refusal refusal(String name) throws IOException {
        try {
            return DecodeResult.Refusal.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("An unknown refusal", e);
        }
    }

    private static void writeSeen(DataOutputStream out, PictureRead.Seen seen) throws IOException {
        out.writeByte(SEEN);
        out.writeLong(seen.decoding().toNanos());
        out.writeLong(seen.preprocessing().toNanos());
        out.writeInt(seen.hashes().size());
        for (PdqVariants hashes : seen.hashes()) {
            out.writeInt(hashes.quality());
            for (PdqHash hash : hashes.hashes().values()) {
                for (long word : hash.words()) {
                    out.writeLong(word);
                }
            }
        }
        writeTrace(out, seen.scaling());
        writeViews(out, seen.views());
        if (seen.twinViews() != seen.views()) {
            writeViews(out, seen.twinViews());
        }
    }

    private static PictureRead.Seen readSeen(DataInputStream in, ReaderSettings settings) throws IOException {
        Duration decoding = readTime(in);
        Duration preprocessing = readTime(in);
        int frames = count(in, 0, MOST_FRAMES);
        List<PdqVariants> hashes = new ArrayList<>();
        for (int frame = 0; frame < frames; frame++) {
            hashes.add(readHashes(in));
        }
        Optional<ScalingTrace> scaling = readTrace(in, settings.scaling());
        List<View> views = readViews(in, settings.spec(), settings.mostViews());
        List<View> twinViews =
                settings.twinSpec() == null ? views : readViews(in, settings.twinSpec(), settings.mostViews());
        if (twinViews.size() != views.size()) {
            throw new IOException(views.size() + " views and " + twinViews.size() + " for the twin");
        }
        return new PictureRead.Seen(views, twinViews, hashes, scaling, decoding, preprocessing);
    }

    private static void writeTrace(DataOutputStream out, Optional<ScalingTrace> trace) throws IOException {
        out.writeBoolean(trace.isPresent());
        if (trace.isPresent()) {
            ScalingTrace found = trace.get();
            out.writeDouble(found.spectrum());
            out.writeDouble(found.downAndUp());
            out.writeInt(found.width());
            out.writeInt(found.height());
            out.writeUTF(found.view());
        }
    }

    private static Optional<ScalingTrace> readTrace(DataInputStream in, boolean wanted) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        if (!wanted) {
            throw new IOException("A trace of a hidden picture where none was asked for");
        }
        try {
            return Optional.of(new ScalingTrace(
                    in.readDouble(), in.readDouble(), in.readInt(), in.readInt(), readText(in, LONGEST_NAME)));
        } catch (IllegalArgumentException unfit) {
            throw new IOException(unfit);
        }
    }

    private static void writeShown(DataOutputStream out, Preview preview) throws IOException {
        out.writeByte(SHOWN);
        out.writeInt(preview.width());
        out.writeInt(preview.height());
        out.writeInt(preview.frames());
        writeBytes(out, preview.rgb());
    }

    private static PictureRead.Shown readShown(DataInputStream in) throws IOException {
        int width = count(in, 1, Preview.LONGEST_STRIP);
        int height = count(in, 1, Preview.LONGEST_SIDE);
        int frames = count(in, 1, Preview.MOST_FRAMES);
        byte[] rgb = readBytes(in, width * height * 3);
        try {
            return new PictureRead.Shown(new Preview(width, height, rgb, frames));
        } catch (IllegalArgumentException unfit) {
            throw new IOException(unfit);
        }
    }

    private static Duration readTime(DataInputStream in) throws IOException {
        long nanos = in.readLong();
        if (nanos < 0 || nanos > LONGEST_TIME.toNanos()) {
            throw new IOException("A time of " + nanos + " ns, allowed are 0 to " + LONGEST_TIME.toNanos());
        }
        return Duration.ofNanos(nanos);
    }

    private static PdqVariants readHashes(DataInputStream in) throws IOException {
        int quality = in.readInt();
        Map<Pose, PdqHash> hashes = new EnumMap<>(Pose.class);
        for (Pose pose : Pose.values()) {
            hashes.put(pose, new PdqHash(in.readLong(), in.readLong(), in.readLong(), in.readLong()));
        }
        try {
            return new PdqVariants(hashes, quality);
        } catch (IllegalArgumentException e) {
            throw new IOException(e);
        }
    }

    private static void writeViews(DataOutputStream out, List<View> views) throws IOException {
        out.writeInt(views.size());
        for (View view : views) {
            out.writeUTF(view.name());
            writeBytes(out, view.pixels());
        }
    }

    private static List<View> readViews(DataInputStream in, PreprocessSpec spec, int most) throws IOException {
        int count = count(in, 1, most);
        int bytes = spec.height() * spec.width() * 3;
        List<View> views = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = readText(in, LONGEST_NAME);
            byte[] pixels = readBytes(in, bytes);
            if (pixels.length != bytes) {
                throw new IOException("A view of " + pixels.length + " bytes, the encoder takes " + bytes);
            }
            views.add(new View(name, pixels));
        }
        return views;
    }

    private static int count(DataInputStream in, int least, int most) throws IOException {
        int count = in.readInt();
        if (count < least || count > most) {
            throw new IOException("A count of " + count + ", allowed are " + least + " to " + most);
        }
        return count;
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** What a decoder process is asked for. */
    enum Wanted {
        VIEWS,
        VIEWS_AND_HASHES,
        PICTURE,
        STRIP
    }
}
