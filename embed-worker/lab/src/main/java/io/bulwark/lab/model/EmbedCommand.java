package io.bulwark.lab.model;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.lab.picture.SourceFile.PicturePaths;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark embed}. */
@Command(
        name = "embed",
        description = "Embeds pictures, preprocessed exactly as the model's authors do; embeddings have length 1.")
public final class EmbedCommand extends OutputCommand implements Runnable {

    private static final int MOST_ENCODERS = 8;

    @Mixin
    private ModelOptions model;

    @Mixin
    private PicturePaths pictures;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write a safetensors file: 'embeddings' [N, D] in the order of the paths, which its metadata"
                    + " lists, with the model's fingerprint. Without it the numbers are printed.")
    private Path out;

    @Override
    public void run() {
        Output output = output();
        List<Path> files = pictures.files();
        float[][] rows = new float[files.size()][];
        EncoderDescription description;
        try (Progress progress = Progress.of("embedding", files.size(), output)) {
            description = embed(model.open(output), files, rows, progress);
        }
        if (out == null) {
            print(output, files, rows);
        } else {
            write(files, rows, description);
            output.print(
                    "%d embeddings of %d numbers in %s".formatted(rows.length, description.dimension(), out),
                    Map.of("embeddings", rows.length, "dimension", description.dimension(), "file", out.toString()));
        }
    }

    /**
     * One encoder of one thread on each core, {@value #MOST_ENCODERS} at most, because each has its own weights: faster
     * than one of several threads.
     */
    private EncoderDescription embed(ModelPackage opened, List<Path> files, float[][] rows, Progress progress) {
        int cores = ModelPackage.runsOnCpu(model.options())
                ? Math.min(
                        Math.min(MOST_ENCODERS, Runtime.getRuntime().availableProcessors()),
                        Math.max(1, (rows.length + ExactEmbedder.BATCH - 1) / ExactEmbedder.BATCH))
                : 1;
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(cores);
        try {
            List<CompletableFuture<EncoderDescription>> running = Stream.generate(() ->
                            CompletableFuture.supplyAsync(() -> embed(opened, files, rows, next, progress), threads))
                    .limit(cores)
                    .toList();
            return running.stream().map(CompletableFuture::join).toList().get(0);
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        } finally {
            threads.shutdown();
        }
    }

    /** @param next where the next files begin; past the last after a failure, so that all threads end */
    private EncoderDescription embed(
            ModelPackage opened, List<Path> files, float[][] rows, AtomicInteger next, Progress progress) {
        try (ExactEmbedder embedder = new ExactEmbedder(opened, model.options())) {
            int from = next.getAndAdd(ExactEmbedder.BATCH);
            while (from < rows.length) {
                List<Path> batch = files.subList(from, Math.min(rows.length, from + ExactEmbedder.BATCH));
                List<float[]> embedded = embedder.embed(batch);
                for (int i = 0; i < batch.size(); i++) {
                    rows[from + i] = embedded.get(i);
                }
                synchronized (progress) {
                    progress.stepBy(batch.size());
                }
                from = next.getAndAdd(ExactEmbedder.BATCH);
            }
            return embedder.description();
        } catch (RuntimeException failed) {
            next.set(rows.length);
            throw failed;
        }
    }

    private static void print(Output output, List<Path> files, float[][] rows) {
        for (int i = 0; i < rows.length; i++) {
            List<Float> numbers = new ArrayList<>();
            StringBuilder text = new StringBuilder(files.get(i).toString());
            for (float value : rows[i]) {
                numbers.add(value);
                text.append(String.format(Locale.ROOT, " %.6f", value));
            }
            output.print(text.toString(), Map.of("file", files.get(i).toString(), "embedding", numbers));
        }
    }

    private void write(List<Path> files, float[][] rows, EncoderDescription description) {
        float[] values = new float[rows.length * description.dimension()];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * description.dimension(), description.dimension());
        }
        try {
            new SafetensorsWriter()
                    .metadata("fingerprint", description.fingerprint())
                    .metadata(
                            "files",
                            String.join("\n", files.stream().map(Path::toString).toList()))
                    .add("embeddings", List.of((long) rows.length, (long) description.dimension()), values)
                    .write(out);
        } catch (IOException e) {
            throw CommandFailure.failed(out + " cannot be written: " + e, e);
        }
    }

    /**
     * Picture files to embeddings, preprocessed exactly as the model's authors do: the numbers are those of the
     * original code, not of a worker's views. One thread.
     */
    static final class ExactEmbedder implements AutoCloseable {

        /** Pictures embedded at once. */
        static final int BATCH = 8;

        private final StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        private final Preprocessor preprocessor;
        private final Encoder encoder;

        ExactEmbedder(ModelPackage model, EncoderOptions options) {
            this.encoder = model.openEncoder(options);
            this.preprocessor = Preprocessor.exact(encoder.description().preprocess());
        }

        EncoderDescription description() {
            return encoder.description();
        }

        /**
         * Unit embeddings, one a file.
         *
         * @throws CommandFailure if a file cannot be read or is refused; the message names it
         */
        List<float[]> embed(List<Path> files) {
            List<byte[]> views = files.stream().map(this::pixels).toList();
            ByteBuffer batch = ByteBuffer.allocateDirect(
                    views.stream().mapToInt(view -> view.length).sum());
            views.forEach(batch::put);
            Embeddings embeddings = encoder.embed(batch.flip(), files.size());
            List<float[]> rows = new ArrayList<>();
            for (int i = 0; i < files.size(); i++) {
                rows.add(embeddings.embedding(i));
            }
            return rows;
        }

        private byte[] pixels(Path file) {
            DecodeResult result;
            try {
                result = decoder.decode(Files.readAllBytes(file));
            } catch (IOException e) {
                throw CommandFailure.failed("the image " + file + " cannot be read: " + e, e);
            }
            if (result instanceof DecodeResult.Refused refused) {
                throw CommandFailure.failed(
                        "the image %s is refused, %s: %s".formatted(file, refused.refusal(), refused.detail()));
            }
            return preprocessor.views((DecodeResult.Decoded) result).get(0).pixels();
        }

        @Override
        public void close() {
            encoder.close();
        }
    }
}
