package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VettedDnsTest {

    private final AddressGuard guard = new AddressGuard(List.of());

    @Test
    void public_addresses_are_handed_on_as_they_came() throws UnknownHostException {
        InetAddress[] both = {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("8.8.4.4")};

        assertThat(new VettedDns(host -> both, guard).resolve("dns.example")).isSameAs(both);
    }

    @Test
    void one_forbidden_address_among_public_ones_forbids_the_name() throws UnknownHostException {
        InetAddress[] mixed = {InetAddress.getByName("8.8.8.8"), InetAddress.getByName("127.0.0.1")};

        assertThatThrownBy(() -> new VettedDns(host -> mixed, guard).resolve("rebinding.example"))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining("loopback")
                .hasMessageContaining("bulwark.fetch.allow");
    }

    @Test
    void a_bracketed_ipv6_literal_is_judged_by_its_address() {
        assertThatThrownBy(() -> new VettedDns(InetAddress::getAllByName, guard).resolve("[::1]"))
                .isInstanceOf(ForbiddenAddressException.class);
    }

    @Test
    void an_address_written_as_one_number_is_seen_for_what_it_is() {
        assertThatThrownBy(() -> new VettedDns(InetAddress::getAllByName, guard).resolve("2130706433"))
                .isInstanceOf(ForbiddenAddressException.class)
                .hasMessageContaining("loopback");
    }
}
