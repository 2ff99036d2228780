package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.fetch.SlowHosts.HostTurns;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowHostsTest {

    private long now = 7;
    private final SlowHosts hosts = new SlowHosts(() -> now);

    @Test
    void nobody_waits_for_a_host_that_was_slow_but_one_every_few_seconds() {
        assertThat(hosts.mayTry("slow.example")).isTrue();
        hosts.wasSlow("slow.example");
        assertThat(hosts.mayTry("slow.example")).isFalse();
        assertThat(hosts.mayTry("other.example")).isTrue();

        pass(SlowHosts.BETWEEN_TRIES);
        assertThat(hosts.mayTry("slow.example")).isTrue();
        assertThat(hosts.mayTry("slow.example")).as("one tries it").isFalse();
    }

    @Test
    void a_host_that_answers_promptly_is_waited_for_again() {
        hosts.wasSlow("slow.example");
        hosts.wasPrompt("slow.example");
        assertThat(hosts.mayTry("slow.example")).isTrue();
        assertThat(hosts.mayTry("slow.example")).isTrue();
    }

    @Test
    void a_host_is_forgotten_after_a_while() {
        hosts.wasSlow("slow.example");
        pass(SlowHosts.REMEMBERED);
        assertThat(hosts.mayTry("slow.example")).isTrue();
        assertThat(hosts.mayTry("slow.example")).isTrue();
    }

    @Test
    void the_hosts_that_were_slow_last_are_remembered() {
        for (int i = 0; i <= SlowHosts.MOST; i++) {
            hosts.wasSlow("host-" + i);
        }
        assertThat(hosts.mayTry("host-0")).isTrue();
        assertThat(hosts.mayTry("host-1")).isFalse();
    }

    @Test
    void what_is_of_no_host_is_never_slow() {
        hosts.wasSlow(HostTurns.hostOf("file:///folder/picture"));
        assertThat(hosts.mayTry(HostTurns.hostOf("s3://bucket/key"))).isTrue();
    }

    /** Clients choose the port and the scheme, and can choose those where no server of that host listens. */
    @Test
    void a_port_that_is_closed_says_nothing_of_the_others_of_its_host() {
        String usual = SlowHosts.originOf("https://CDN.example/a?b");
        assertThat(usual)
                .isEqualTo("https://cdn.example:443")
                .isEqualTo(SlowHosts.originOf("HTTPS://cdn.example:443/"));
        hosts.wasSlow(SlowHosts.originOf("https://cdn.example:80/a"));
        hosts.wasSlow(SlowHosts.originOf("http://cdn.example/a"));
        assertThat(hosts.mayTry(usual)).isTrue();
        assertThat(hosts.mayTry("http://cdn.example:80")).isFalse();
        assertThat(SlowHosts.originOf("s3://bucket/key")).isEqualTo(HostTurns.NO_HOST);
        assertThat(SlowHosts.originOf("no uri")).isEqualTo(HostTurns.NO_HOST);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
