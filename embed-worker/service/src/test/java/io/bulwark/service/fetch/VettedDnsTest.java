package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.service.fetch.AddressGuard.VettedDns;
import io.bulwark.service.fetch.AddressGuard.VettedDns.ForbiddenAddressException;
import io.bulwark.service.testing.TestConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VettedDnsTest {

    private final AddressGuard guard = new AddressGuard(List.of());

    @Test
    void public_addresses_are_handed_on_as_they_came() throws UnknownHostException {
        InetAddress[] both = {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("8.8.4.4")};

        assertThat(new VettedDns(host -> both, guard, 5).resolve("dns.example")).isSameAs(both);
    }

    @Test
    void one_forbidden_address_among_public_ones_forbids_the_name() throws UnknownHostException {
        InetAddress[] mixed = {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("127.0.0.1")};

        assertThatThrownBy(() -> new VettedDns(host -> mixed, guard, 5).resolve("rebinding.example"))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining("loopback")
                .hasMessageContaining("bulwark.fetch.allow");
    }

    @Test
    void a_bracketed_ipv6_literal_is_judged_by_its_address() {
        assertThatThrownBy(() -> new VettedDns(InetAddress::getAllByName, guard, 5).resolve("[::1]"))
                .isInstanceOf(ForbiddenAddressException.class);
    }

    @Test
    void an_address_written_as_one_number_is_seen_for_what_it_is() {
        assertThatThrownBy(() -> new VettedDns(InetAddress::getAllByName, guard, 5).resolve("2130706433"))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining("loopback");
    }

    /** A server's owner names thousands of silent addresses: each would take the time of one connection. */
    @Test
    void of_many_addresses_some_of_each_family_are_tried() throws UnknownHostException {
        String[] names = {"8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4", "8.8.8.5", "2600::1", "2600::2"};
        InetAddress[] many = new InetAddress[names.length];
        for (int i = 0; i < many.length; i++) {
            many[i] = InetAddress.getByName(names[i]);
        }

        assertThat(new VettedDns(host -> many, guard, 5).resolve("many.example"))
                .containsExactly(many[0], many[5], many[1], many[6], many[2]);
        assertThat(new VettedDns(host -> Arrays.copyOf(many, 5), guard, 4).resolve("many.example"))
                .containsExactly(Arrays.copyOf(many, 4));
    }

    @Test
    void an_address_that_is_not_tried_may_forbid_the_name() throws UnknownHostException {
        InetAddress[] mixed = {
            InetAddress.getByName("8.8.8.8"), InetAddress.getByName("8.8.4.4"), InetAddress.getByName("127.0.0.1")
        };

        assertThatThrownBy(() -> new VettedDns(host -> mixed, guard, 2).resolve("rebinding.example"))
                .isInstanceOf(ForbiddenAddressException.class);
    }

    @Test
    void no_more_addresses_are_tried_than_there_is_time_for() {
        assertThat(FetchLimits.of(TestConfig.defaults().fetch()).mostAddresses())
                .isEqualTo(5);
        assertThat(FetchLimits.of(TestConfig.of(Map.of("bulwark.fetch.connect-timeout", "10s"))
                                .fetch())
                        .mostAddresses())
                .isEqualTo(2);
    }
}
