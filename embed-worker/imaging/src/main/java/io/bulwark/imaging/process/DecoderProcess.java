package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.pdq.PdqHasher;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preview.Preview.PreviewMaker;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.Wire.Wanted;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.function.Function;
import javax.imageio.ImageIO;

/**
 * The program of a decoder process: takes its settings and then files from standard input, one at a time, and answers
 * on standard output. It ends when standard input does, which is how it learns that the worker is gone. Whatever else
 * happens to it is the worker's to notice.
 */
public final class DecoderProcess {

    private static final int BUFFER = 1 << 16;
    private static final int FRAMES_TOLD = 4;

    private DecoderProcess() {}

    /** @param arguments what its launcher says of its confinement */
    public static void main(String[] arguments) throws IOException {
        serve(LocalReader::new, arguments);
    }

    static void serve(Function<ReaderSettings, PictureReader> readers, String... arguments) throws IOException {
        InputStream in = System.in;
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        // Whatever prints must not get between the answers.
        System.setOut(System.err);
        ImageIO.setUseCache(false);
        serve(
                readers,
                IsolationState.ofArguments(arguments),
                new DataInputStream(new BufferedInputStream(in, BUFFER)),
                new DataOutputStream(new BufferedOutputStream(out, BUFFER)));
    }

    private static void serve(
            Function<ReaderSettings, PictureReader> readers,
            IsolationState isolation,
            DataInputStream in,
            DataOutputStream out)
            throws IOException {
        ReaderSettings settings = Wire.readSettings(in);
        PictureReader reader = readers.apply(settings);
        PictureReader.PicturePreviewer previewer = new LocalReader(settings);
        out.writeByte(Wire.READY);
        Wire.writeText(out, settings.fingerprint());
        Wire.writeIsolation(out, isolation);
        out.flush();
        SynchronousQueue<Request> requests = new SynchronousQueue<>();
        Thread listening = new Thread(() -> listen(in, requests), "bulwark-requests");
        listening.setDaemon(true);
        listening.start();
        while (true) {
            Request next;
            try {
                next = requests.take();
            } catch (InterruptedException stopped) {
                return;
            }
            out.writeByte(Wire.BEGUN);
            out.flush();
            Wire.writeAnswer(out, read(reader, previewer, next.file(), next.wanted()));
        }
    }

    /** A file and what is wanted of it. */
    private record Request(byte[] file, Wanted wanted) {}

    /**
     * Reads requests. On a second thread, so that the end of the pipe ends this process while a file keeps it busy: it
     * would outlive a worker that was killed.
     */
    private static void listen(DataInputStream in, SynchronousQueue<Request> requests) {
        try {
            while (true) {
                Wanted wanted = Wanted.values()[in.readByte()];
                requests.put(new Request(Wire.readBytes(in, Integer.MAX_VALUE), wanted));
            }
        } catch (IOException | InterruptedException | RuntimeException over) {
            Runtime.getRuntime().halt(0);
        }
    }

    /** Memory that runs out ends the process (its options say so); every other failure is reported. */
    private static PictureRead read(
            PictureReader reader, PictureReader.PicturePreviewer previewer, byte[] file, Wanted wanted) {
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

    /** Reads files in this process. Throws whatever a decoder throws. */
    static final class LocalReader implements PictureReader, PictureReader.PicturePreviewer {

        private final ImageDecoder decoder;
        private final ImageDecoder wholeDecoder;
        private final Preprocessor preprocessor;
        private final Optional<Preprocessor> twin;
        private final Optional<ScalingDetector> scaling;

        LocalReader(ReaderSettings settings) {
            this.decoder = new StandardImageDecoder(settings.limits(), settings.reduction(), settings.heif());
            this.wholeDecoder = new StandardImageDecoder(settings.limits(), JpegReduction.none(), settings.heif());
            this.preprocessor = settings.preprocessor();
            this.twin = settings.twinPreprocessor();
            this.scaling = settings.scalingDetector();
        }

        @Override
        public PictureRead read(byte[] file, boolean hashes) {
            long start = System.nanoTime();
            return read(decoder, file, picture -> views(picture, hashes, start));
        }

        @Override
        public PictureRead preview(byte[] file, boolean strip) {
            return read(
                    wholeDecoder,
                    file,
                    picture ->
                            new PictureRead.Shown(strip ? PreviewMaker.strip(picture) : PreviewMaker.picture(picture)));
        }

        private static PictureRead read(ImageDecoder decoder, byte[] file, Function<Decoded, PictureRead> look) {
            return decoder.withDecoded(
                    file,
                    result -> result instanceof DecodeResult.Refused refused
                            ? new PictureRead.Refused(refused.refusal(), refused.detail())
                            : look.apply((Decoded) result));
        }

        private PictureRead views(Decoded picture, boolean hashes, long start) {
            long decoded = System.nanoTime();
            List<PdqVariants> pictures =
                    hashes ? picture.frames().stream().map(PdqHasher::variants).toList() : List.of();
            List<View> views = preprocessor.judged(picture);
            List<String> looks = views.stream().map(View::name).toList();
            List<View> twinViews = twin.map(own -> own.judged(picture, looks)).orElse(views);
            Optional<ScalingTrace> trace = scaling.flatMap(detector -> detector.inspect(picture, views));
            return new PictureRead.Seen(
                    views,
                    twinViews,
                    pictures,
                    trace,
                    Duration.ofNanos(decoded - start),
                    Duration.ofNanos(System.nanoTime() - decoded));
        }
    }
}
