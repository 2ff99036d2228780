package io.bulwark.lab.bench;

import com.sun.management.OperatingSystemMXBean;
import io.bulwark.cli.bank.RandomBank;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Measures each part of an image's way alone: the parts that the worker is made of, one after the other. A part runs on
 * all cores at once, as it does in the worker: cores share a cache, memory and a clock, so that a core whose neighbours
 * are idle is faster than any core of a busy machine. What is counted is the CPU time of the whole process, so that the
 * garbage collector is paid for. Work of other programs does not count, though it spoils caches.
 *
 * @param pictures files, used in turn
 * @param encoders one for each core that is to be busy, of one model
 * @param references rows of the bank that is searched
 * @param each how long to warm up and how long to measure each part
 */
record PartMeter(List<byte[]> pictures, List<Encoder> encoders, int references, Duration each) {

    private static final int NEIGHBOURS = 11;
    private static final int LARGEST_BATCH = 16;
    /** Images that a busy worker searches for together. */
    private static final int QUERIES = 8;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    PartCosts measure() {
        EncoderDescription model = encoders.get(0).description();
        StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        Preprocessor preprocessor = Preprocessor.moderation(model.preprocess(), ViewPolicy.COVER);
        List<Decoded> decoded = pictures.stream()
                .map(file -> (Decoded) decoder.decode(file))
                .limit(16)
                .toList();
        List<View> views = new ArrayList<>();
        decoded.forEach(picture -> views.addAll(preprocessor.views(picture)));
        double viewsEach = (double) views.size() / decoded.size();

        double decode = cost((core, i) -> decoder.withDecoded(pictures.get(i % pictures.size()), Function.identity()));
        double preprocess = cost((core, i) -> preprocessor.views(decoded.get(i % decoded.size())));
        int batch = BatchShapes.measure(encoders.get(0), LARGEST_BATCH, Duration.ofMillis(300))
                .best();
        List<ByteBuffer> buffers = encoders.stream()
                .map(encoder -> ByteBuffer.allocateDirect(batch * views.get(0).pixels().length))
                .toList();
        double embed = cost((core, i) -> embed(encoders.get(core), views, buffers.get(core), batch, i));
        return new PartCosts(viewsEach, decode, preprocess, embed / batch * viewsEach, search(model) * viewsEach);
    }

    private static void embed(Encoder encoder, List<View> views, ByteBuffer buffer, int batch, int round) {
        buffer.clear();
        for (int i = 0; i < batch; i++) {
            buffer.put(views.get((round + i) % views.size()).pixels());
        }
        encoder.embed(buffer.flip(), batch);
    }

    private double search(EncoderDescription model) {
        int dimension = model.dimension();
        float[] queries = new float[QUERIES * dimension];
        for (int i = 0; i < QUERIES; i++) {
            float[] row = RandomBank.rows(1 + i, dimension).get(0).embedding();
            System.arraycopy(row, 0, queries, i * dimension, dimension);
        }
        try (Bank bank = MatrixBank.of(model.fingerprint(), RandomBank.rows(references, dimension))) {
            return cost((core, i) -> bank.nearest(queries, QUERIES, NEIGHBOURS)) / QUERIES;
        }
    }

    /** The loop of one measuring thread. */
    @FunctionalInterface
    private interface Part {
        void call(int core, int round);
    }

    /** CPU milliseconds of one call. */
    private double cost(Part part) {
        ExecutorService cores = Executors.newFixedThreadPool(encoders.size());
        try {
            repeat(cores, part);
            long before = PROCESS.getProcessCpuTime();
            int calls = repeat(cores, part);
            return (PROCESS.getProcessCpuTime() - before) / 1e6 / calls;
        } finally {
            cores.shutdown();
        }
    }

    private int repeat(ExecutorService cores, Part part) {
        long deadline = System.nanoTime() + each.toNanos();
        return IntStream.range(0, encoders.size())
                .mapToObj(core -> CompletableFuture.supplyAsync(() -> calls(part, core, deadline), cores))
                .toList()
                .stream()
                .mapToInt(CompletableFuture::join)
                .sum();
    }

    private static int calls(Part part, int core, long deadline) {
        int calls = 0;
        while (System.nanoTime() < deadline) {
            part.call(core, calls++);
        }
        return calls;
    }

    /**
     * CPU time that one image costs in each part of its way, in milliseconds, summed over all threads.
     *
     * @param views of an image, on average
     * @param decode file to pixels
     * @param preprocess pixels to views
     * @param embed views to embeddings
     * @param search embeddings to neighbours
     */
    record PartCosts(double views, double decode, double preprocess, double embed, double search) {

        double sum() {
            return decode + preprocess + embed + search;
        }

        /** Images a second that this many cores could do if nothing else had to be done. */
        double bound(int cores) {
            return cores * 1000.0 / sum();
        }

        String text() {
            return Fields.text(
                    "CPU time of one image of %.1f views: decode %.2f ms, preprocess %.2f ms, embed %.2f ms, kNN %.2f ms: %.2f ms together",
                    views, decode, preprocess, embed, search, sum());
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "viewsEach",
                    views,
                    "decodeMillis",
                    decode,
                    "preprocessMillis",
                    preprocess,
                    "embedMillis",
                    embed,
                    "searchMillis",
                    search,
                    "partsMillis",
                    sum());
        }
    }
}
