package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.fetch.SlowHosts.HostTurns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostTurnsTest {

    private long now = 7;
    private final HostTurns turns = new HostTurns(2, () -> now);
    private final List<String> begun = new ArrayList<>();

    @Test
    void so_many_of_one_host_run_and_the_others_follow_in_their_order() {
        for (int i = 0; i < 5; i++) {
            take("slow.example", "slow-" + i);
        }
        take("other.example", "other");
        assertThat(begun).containsExactly("slow-0", "slow-1", "other");

        turns.done("slow.example");
        turns.done("slow.example");
        assertThat(begun).containsExactly("slow-0", "slow-1", "other", "slow-2", "slow-3");
    }

    @Test
    void who_does_not_take_its_turn_leaves_it_to_the_next() {
        take("slow.example", "first");
        take("slow.example", "second");
        for (int i = 0; i < 10_000; i++) {
            turns.take("slow.example", () -> false);
        }
        take("slow.example", "last");
        turns.done("slow.example");
        assertThat(begun).containsExactly("first", "second", "last");

        turns.done("slow.example");
        turns.done("slow.example");
        take("slow.example", "later");
        assertThat(begun).contains("later");
    }

    @Test
    void what_is_of_no_host_never_waits() {
        for (int i = 0; i < 5; i++) {
            take(HostTurns.hostOf("s3://bucket/key"), "object-" + i);
            take(HostTurns.hostOf("file:///folder/picture"), "file-" + i);
        }
        assertThat(begun).hasSize(10);
        turns.done(HostTurns.hostOf("s3://bucket/key"));
    }

    @Test
    void a_host_is_the_same_however_it_is_written() {
        assertThat(HostTurns.hostOf("https://Example.COM:8443/a")).isEqualTo("example.com");
        assertThat(HostTurns.hostOf("HTTP://example.com/b?c")).isEqualTo("example.com");
        assertThat(HostTurns.hostOf("no location")).isEmpty();
    }

    @Test
    void a_host_delivers_as_long_as_its_last_file_is_recent() {
        Duration recently = Duration.ofSeconds(1);
        take("slow.example", "first");
        assertThat(turns.hasDelivered("slow.example", recently)).isFalse();

        turns.delivered("slow.example");
        now += recently.toNanos();
        assertThat(turns.hasDelivered("slow.example", recently)).isTrue();
        now++;
        assertThat(turns.hasDelivered("slow.example", recently)).isFalse();

        turns.delivered("slow.example");
        turns.done("slow.example");
        assertThat(turns.hasDelivered("slow.example", recently))
                .as("nothing is kept of a host without fetches")
                .isFalse();
    }

    private void take(String host, String name) {
        turns.take(host, () -> begun.add(name));
    }
}
