package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.schemas.topic.Topics;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What large events leave in the heap: threads that write and read them live as long as a worker. */
class EventMemoryTest {

    private static final int THREADS = 4;
    private static final int IMAGE = 10_000_000;

    @ParameterizedTest
    @ValueSource(ints = {1, BundledSchemas.RELEASES})
    void aThreadKeepsNothingOfTheEventsThatItWroteAndRead(int release) throws Exception {
        EventSerializer<ImageUploaded> serializer = new EventSerializer<>(ImageUploaded.class);
        serializer.configure(Map.of(SerdeSettings.WRITE, release), false);
        EventDecoder<ImageUploaded> decoder = new EventDecoder<>(ImageUploaded.class);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            writeAndRead(threads, serializer, decoder, 10);
            long before = live();
            writeAndRead(threads, serializer, decoder, IMAGE);
            assertThat(live() - before).as("bytes that live on").isLessThan(IMAGE / 2);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void writeAndRead(
            ExecutorService threads,
            EventSerializer<ImageUploaded> serializer,
            EventDecoder<ImageUploaded> decoder,
            int bytes)
            throws Exception {
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            done.add(threads.submit(() -> {
                byte[] value = serializer.serialize(Topics.IMAGES_UPLOADED.topicName(), event(bytes));
                assertThat(decoder.decode(Topics.IMAGES_UPLOADED.topicName(), value))
                        .isInstanceOf(DecodedEvent.Event.class);
            }));
        }
        for (Future<?> each : done) {
            each.get(60, TimeUnit.SECONDS);
        }
    }

    private static ImageUploaded event(int bytes) {
        return ImageUploaded.newBuilder()
                .setImageId("image")
                .setUploaderId("uploader")
                .setUploadedAt(Instant.EPOCH)
                .setContent(new InlineImage(ByteBuffer.wrap(new byte[bytes])))
                .build();
    }

    /** Bytes of the heap after a collection, the smallest of several looks. */
    private static long live() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
