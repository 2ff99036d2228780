package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Reason;
import io.bulwark.service.lifecycle.Deadline;
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
    private final Deadline deadline = Deadline.after(Duration.ofSeconds(1), now::get);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 65_535, 65_536, 65_537, 199_999, 200_000})
    void a_body_up_to_the_cap_comes_whole_whatever_length_is_announced(int length) throws IOException {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        for (long announced : new long[] {-1, 0, length, length / 2, 200_000}) {
            FetchResult result = new BodyReader(200_000).read(new ByteArrayInputStream(body), announced, deadline);

            assertThat(((FetchResult.Fetched) result).bytes()).isEqualTo(body);
        }
    }

    @Test
    void a_body_beyond_the_cap_is_cut_off_while_it_streams() throws IOException {
        Endless endless = new Endless();

        FetchResult result = new BodyReader(100_000).read(endless, -1, deadline);

        assertThat(((FetchResult.Refused) result).reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(endless.read).isLessThan(200_000);
    }

    @Test
    void an_announced_length_beyond_the_cap_is_refused_without_reading() throws IOException {
        Endless endless = new Endless();

        FetchResult result = new BodyReader(100_000).read(endless, 100_001, deadline);

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

        assertThatThrownBy(() -> new BodyReader(100_000).read(slow, -1, deadline))
                .isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void the_digest_is_that_of_the_bytes() throws IOException {
        FetchResult result = new BodyReader(10).read(new ByteArrayInputStream("abc".getBytes()), -1, deadline);

        // FIPS 180-2, appendix B.1.
        assertThat(((FetchResult.Fetched) result).sha256())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
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
}
