package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Reason;
import io.bulwark.service.fetch.BodyReader.FetchBudget;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {

    private final AtomicLong now = new AtomicLong();
    private FetchBudget budget;
    private final Deadline deadline = Deadline.after(Duration.ofSeconds(1), now::get);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 65_535, 65_536, 65_537, 199_999, 200_000})
    void a_body_up_to_the_cap_comes_whole_whatever_length_is_announced(int length) throws IOException {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        for (long announced : new long[] {-1, 0, length, length / 2, 200_000}) {
            FetchResult result = reader(200_000).read(new ByteArrayInputStream(body), announced, deadline);

            assertThat(((FetchResult.Fetched) result).bytes()).isEqualTo(body);
            assertThat(budget.leased()).isEqualTo(length);
            result.release();
            assertThat(budget.leased()).isZero();
        }
    }

    @Test
    void a_file_that_cannot_be_closed_is_there_all_the_same_and_gives_its_memory_back() throws IOException {
        FetchResult result = reader(1000).readAndClose(new Unclosable(new byte[100]), 100, deadline);

        assertThat(((FetchResult.Fetched) result).bytes()).hasSize(100);
        assertThat(budget.leased()).isEqualTo(100);
        result.release();
        assertThat(budget.leased()).isZero();
    }

    @Test
    void a_file_that_breaks_off_is_closed_and_holds_nothing() {
        Unclosable broken = new Unclosable(new byte[100]) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                throw new IllegalStateException("broken");
            }
        };
        assertThatThrownBy(() -> reader(1000).readAndClose(broken, 100, deadline))
                .hasMessage("broken");
        assertThat(broken.asked).isTrue();
        assertThat(budget.leased()).isZero();
    }

    @Test
    void a_body_beyond_the_cap_is_cut_off_while_it_streams() throws IOException {
        Endless endless = new Endless();

        FetchResult result = reader(100_000).read(endless, -1, deadline);

        assertThat(((FetchResult.Refused) result).reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(endless.read).isLessThan(200_000);
    }

    @Test
    void an_announced_length_beyond_the_cap_is_refused_without_reading() throws IOException {
        Endless endless = new Endless();

        FetchResult result = reader(100_000).read(endless, 100_001, deadline);

        assertThat(((FetchResult.Refused) result).detail()).contains("100001", "bulwark.fetch.max-bytes");
        assertThat(endless.read).isZero();
    }

    @Test
    void a_body_that_trickles_ends_at_the_deadline() {
        InputStream slow = new InputStream() {
            @Override
            public int read() {
                now.addAndGet(Duration.ofMillis(10).toNanos());
                return 1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                into[offset] = (byte) read();
                return 1;
            }
        };

        assertThatThrownBy(() -> reader(100_000).read(slow, -1, deadline)).isInstanceOf(InterruptedIOException.class);
    }

    /** 5 GB, 200 MB and so on, of which a hundred bytes come. */
    @ParameterizedTest
    @ValueSource(longs = {101, 65_536, 65_537, 1 << 20, 200 << 20})
    void an_announced_length_allocates_nothing_that_does_not_come(long announced) throws IOException {
        Recording in = new Recording(100);
        BodyReader reader = reader(200 << 20);
        in.onRead = () -> assertThat(budget.leased()).isLessThanOrEqualTo(65_536);

        ((FetchResult.Fetched) reader.read(in, announced, deadline)).release();

        assertThat(in.reads).isGreaterThan(1);
    }

    @Test
    void an_announced_length_that_is_kept_is_met_without_a_last_copy() throws IOException {
        int length = 1_000_000;
        Recording in = new Recording(length);
        BodyReader reader = reader(20 << 20);
        long[] most = new long[1];
        in.onRead = () -> most[0] = Math.max(most[0], budget.leased());

        assertThat(((FetchResult.Fetched) reader.read(in, length, deadline)).bytes())
                .hasSize(length);
        assertThat(most[0]).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 200_000})
    void whatever_ends_a_download_early_gives_its_memory_back(long announced) {
        for (int breaksAt : new int[] {0, 1, 70_000, 199_999}) {
            Recording in = new Recording(200_000);
            BodyReader reader = reader(200_000);
            in.onRead = () -> {
                if (in.given >= breaksAt) {
                    throw new IllegalStateException("broken");
                }
            };

            assertThatThrownBy(() -> reader.read(in, announced, deadline)).isInstanceOf(IllegalStateException.class);
            assertThat(budget.leased()).isZero();
        }
    }

    @Test
    void a_file_at_the_cap_passes_alone_in_the_smallest_budget() throws IOException {
        for (long announced : new long[] {-1, 1, 150_000, 200_000}) {
            FetchResult result = reader(200_000).read(new Recording(200_000), announced, deadline);

            assertThat(((FetchResult.Fetched) result).bytes()).hasSize(200_000);
            result.release();
        }
    }

    @Test
    void a_framed_body_that_goes_on_beyond_its_length_is_broken() {
        assertThatThrownBy(() -> reader(200_000).readFramed(new Recording(11), 10, deadline))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("beyond its length");
        assertThat(budget.leased()).isZero();
    }

    @Test
    void a_file_that_finds_no_memory_in_time_is_refused_with_the_setting() throws Exception {
        BodyReader reader = reader(200_000);
        FetchBudget.Lease other = budget.begin();
        assertThat(other.grow(400_000, deadline)).isTrue();
        other.arrived();

        FetchResult result =
                reader.read(new Recording(10), -1, Deadline.after(Duration.ofMillis(50), NanoClock.SYSTEM));

        assertThat(((FetchResult.Refused) result).reason()).isEqualTo(Reason.FETCH_TIMEOUT);
        assertThat(((FetchResult.Refused) result).detail()).contains("400000", "bulwark.fetch.memory-bytes");
        assertThat(budget.leased()).isEqualTo(400_000);
    }

    @Test
    void the_digest_is_that_of_the_bytes() throws IOException {
        FetchResult result = reader(10).read(new ByteArrayInputStream("abc".getBytes()), -1, deadline);

        // FIPS 180-2, appendix B.1.
        assertThat(((FetchResult.Fetched) result).sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    /** A reader with the smallest budget that its cap allows. */
    private BodyReader reader(int maxBytes) {
        long most = BodyReader.mostLeased(maxBytes);
        budget = new FetchBudget(most, most);
        return new BodyReader(maxBytes, budget);
    }

    /** A number of zeros, at most 10,000 at a time; reports before each read. */
    private static final class Recording extends InputStream {
        private final int length;
        private int given;
        private int reads;
        private Runnable onRead = () -> {};

        Recording(int length) {
            this.length = length;
        }

        @Override
        public int read() {
            return read(new byte[1], 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] into, int offset, int wanted) {
            onRead.run();
            reads++;
            if (given == length) {
                return -1;
            }
            int some = Math.min(Math.min(wanted, 10_000), length - given);
            given += some;
            return some;
        }
    }

    private static final class Endless extends InputStream {
        private long read;

        @Override
        public int read() {
            read++;
            return 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            read += length;
            return length;
        }
    }

    /** A disk that is gone by the time it is closed. */
    private static class Unclosable extends ByteArrayInputStream {

        boolean asked;

        Unclosable(byte[] bytes) {
            super(bytes);
        }

        @Override
        public void close() throws IOException {
            asked = true;
            throw new IOException("gone");
        }
    }
}
