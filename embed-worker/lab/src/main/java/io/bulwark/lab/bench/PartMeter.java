package io.bulwark.lab.bench;

import com.sun.management.OperatingSystemMXBean;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.image.DecodeLimits;
import io.bulwark.perception.image.DecodeResult.Decoded;
import io.bulwark.perception.image.StandardImageDecoder;
import io.bulwark.perception.model.BatchShapes;
import io.bulwark.perception.model.Encoder;
import io.bulwark.perception.preprocess.Preprocessor;
import io.bulwark.perception.preprocess.View;
import io.bulwark.perception.preprocess.ViewPolicy;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Measures each part of an image's way alone: the parts that the worker is made of, run one after the other on the
 * calling thread. What is counted is the CPU time of the whole process, so that libtorch's threads and the garbage
 * collector are paid for. Work of other programs does not count, though it spoils caches.
 */
final class PartMeter {

    private static final int NEIGHBOURS = 11;
    private static final int LARGEST_BATCH = 16;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final List<byte[]> pictures;
    private final Encoder encoder;
    private final int references;
    private final Duration each;

    /**
     * @param pictures files, used in turn
     * @param encoder used by the calling thread alone
     * @param references rows of the bank that is searched
     * @param each how long to warm up and how long to measure each part
     */
    PartMeter(List<byte[]> pictures, Encoder encoder, int references, Duration each) {
        this.pictures = pictures;
        this.encoder = encoder;
        this.references = references;
        this.each = each;
    }

    PartCosts measure() {
        StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        Preprocessor preprocessor =
                Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER);
        List<Decoded> decoded = pictures.stream()
                .map(file -> (Decoded) decoder.decode(file))
                .limit(16)
                .toList();
        List<View> views = new ArrayList<>();
        decoded.forEach(picture -> views.addAll(preprocessor.views(picture)));
        double viewsEach = (double) views.size() / decoded.size();

        double decode = cost(i -> decoder.decode(pictures.get(i % pictures.size())));
        double preprocess = cost(i -> preprocessor.views(decoded.get(i % decoded.size())));
        int batch = BatchShapes.measure(encoder, LARGEST_BATCH, Duration.ofMillis(300))
                .best();
        ByteBuffer buffer = ByteBuffer.allocateDirect(batch * views.get(0).pixels().length);
        double embed = cost(i -> embed(views, buffer, batch, i)) / batch * viewsEach;
        return new PartCosts(decode, preprocess, embed, search(batch) * viewsEach);
    }

    private void embed(List<View> views, ByteBuffer buffer, int batch, int round) {
        buffer.clear();
        for (int i = 0; i < batch; i++) {
            buffer.put(views.get((round + i) % views.size()).pixels());
        }
        encoder.embed(buffer.flip(), batch);
    }

    private double search(int batch) {
        int dimension = encoder.description().dimension();
        float[] queries = new float[batch * dimension];
        for (int i = 0; i < batch; i++) {
            float[] row = RandomBank.rows(1 + i, dimension).get(0).embedding();
            System.arraycopy(row, 0, queries, i * dimension, dimension);
        }
        try (Bank bank = MatrixBank.of(encoder.description().fingerprint(), RandomBank.rows(references, dimension))) {
            return cost(i -> bank.nearest(queries, batch, NEIGHBOURS)) / batch;
        }
    }

    /** CPU milliseconds of one call. */
    private double cost(IntConsumer call) {
        repeat(call);
        long before = PROCESS.getProcessCpuTime();
        int calls = repeat(call);
        return (PROCESS.getProcessCpuTime() - before) / 1e6 / calls;
    }

    private int repeat(IntConsumer call) {
        long deadline = System.nanoTime() + each.toNanos();
        int calls = 0;
        while (System.nanoTime() < deadline) {
            call.accept(calls++);
        }
        return calls;
    }
}
