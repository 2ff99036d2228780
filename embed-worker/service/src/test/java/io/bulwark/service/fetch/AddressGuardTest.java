package io.bulwark.service.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    private final AddressGuard guard = new AddressGuard(List.of());

    /**
     * The first and the last address of every block of IANA's special-purpose registries for both families, of multicast
     * and site-local addresses, and of what a cloud keeps in public space. What a registry calls globally reachable is
     * there for protocols (AS112, AMT, anycast relays); no pictures are kept on it.
     */
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.255.255.255, unspecified",
        "10.0.0.0, 10.255.255.255, private",
        "100.64.0.0, 100.127.255.255, carrier-grade NAT",
        "127.0.0.0, 127.255.255.255, loopback",
        "168.63.129.16, 168.63.129.16, Azure's wire server",
        "169.254.0.0, 169.254.255.255, link-local",
        "172.16.0.0, 172.31.255.255, private",
        "192.0.0.0, 192.0.0.255, protocol assignments",
        "192.0.2.0, 192.0.2.255, documentation",
        "192.31.196.0, 192.31.196.255, AS112",
        "192.52.193.0, 192.52.193.255, AMT",
        "192.88.99.0, 192.88.99.255, 6to4 relay anycast",
        "192.168.0.0, 192.168.255.255, private",
        "192.175.48.0, 192.175.48.255, AS112",
        "198.18.0.0, 198.19.255.255, benchmarking",
        "198.51.100.0, 198.51.100.255, documentation",
        "203.0.113.0, 203.0.113.255, documentation",
        "224.0.0.0, 239.255.255.255, multicast",
        "240.0.0.0, 255.255.255.255, reserved",
        "::, ::, unspecified",
        "::1, ::1, loopback",
        "::2, ::ff:ffff, IPv4-compatible",
        "::ffff:0:0:0, ::ffff:0:ffff:ffff, IPv4-translated",
        "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff, local NAT64",
        "100::, 100::ffff:ffff:ffff:ffff, discard",
        "100:0:0:1::, 100:0:0:1:ffff:ffff:ffff:ffff, dummy",
        "2001:1::1, 2001:1::3, protocol assignments",
        "2001:2::, 2001:2:0:ffff:ffff:ffff:ffff:ffff, benchmarking",
        "2001:3::, 2001:3:ffff:ffff:ffff:ffff:ffff:ffff, protocol assignments",
        "2001:4:112::, 2001:4:112:ffff:ffff:ffff:ffff:ffff, protocol assignments",
        "2001:10::, 2001:3f:ffff:ffff:ffff:ffff:ffff:ffff, protocol assignments",
        "2001:40::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff, protocol assignments",
        "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, documentation",
        "2620:4f:8000::, 2620:4f:8000:ffff:ffff:ffff:ffff:ffff, AS112",
        "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff, documentation",
        "5f00::, 5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff, segment routing",
        "fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, unique local",
        "fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, link-local",
        "fec0::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, site-local",
        "ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, multicast",
    })
    void a_special_purpose_address_is_forbidden_with_its_kind(String first, String last, String kind) {
        assertThat(guard.forbids("host", address(first))).contains(kind);
        assertThat(guard.forbids("host", address(last))).contains(kind);
    }

    /** IANA has given out nothing else than 2000::/3 to be reached; what it gives out next is denied until it is known. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0:0:0:1::1",
                "0:ffff::1",
                "64:ff9a::1",
                "64:ff9b:0:1::1",
                "200::1",
                "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "4000::1",
                "5eff::1",
                "5f01::1",
                "8000::1",
                "fbff::1",
                "fe00::1",
            })
    void an_ipv6_address_outside_global_unicast_is_forbidden(String address) {
        assertThat(guard.forbids("host", address(address))).contains("outside of global unicast (2000::/3)");
    }

    @ParameterizedTest
    @CsvSource({
        "::ffff:127.0.0.1, loopback",
        "::ffff:10.0.0.1, private",
        "::ffff:168.63.129.16, Azure's wire server",
        "::127.0.0.1, IPv4-compatible",
        "::8.8.8.8, IPv4-compatible",
        "::ffff:0:127.0.0.1, IPv4-translated",
        "::ffff:0:8.8.8.8, IPv4-translated",
        "2002:7f00:1::, loopback inside 6to4",
        "2002:a9fe:a9fe::1, link-local inside 6to4",
        "2002:808:808::1, 6to4",
        "64:ff9b::127.0.0.1, loopback inside NAT64",
        "64:ff9b::a9fe:a9fe, link-local inside NAT64",
        "64:ff9b::168.63.129.16, Azure's wire server inside NAT64",
        "64:ff9b:1::808:808, local NAT64",
        "2001:0:a00:1::f5f5:f5f5, private inside Teredo",
        "2001:0:808:808::80ff:fffe, loopback inside Teredo",
        "2001:0:808:808::f7f7:f7f7, Teredo",
    })
    void an_ipv4_address_hidden_in_an_ipv6_one_is_found(String address, String kind) {
        assertThat(guard.forbids("host", address(address))).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "1.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.31.195.255",
                "192.31.197.0",
                "192.52.192.255",
                "192.52.194.0",
                "192.88.98.255",
                "192.88.100.0",
                "192.175.47.255",
                "192.175.49.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2000::1",
                "2001:200::",
                "2001:db7:ffff::1",
                "2001:db9::",
                "2003::1",
                "2606:4700::1111",
                "2620:4f:7fff::1",
                "2620:4f:8001::",
                "3ffe::1",
                "3fff:1000::",
                "64:ff9b::8.8.8.8",
            })
    void a_public_address_is_allowed(String address) {
        assertThat(guard.forbids("host", address(address))).isEmpty();
    }

    @Test
    void an_allowed_block_is_let_through_and_only_that() {
        AddressGuard allowing = new AddressGuard(List.of("10.1.0.0/16", "127.0.0.1"));

        assertThat(allowing.forbids("host", address("10.1.2.3"))).isEmpty();
        assertThat(allowing.forbids("host", address("127.0.0.1"))).isEmpty();
        assertThat(allowing.forbids("host", address("10.2.0.1"))).isPresent();
        assertThat(allowing.forbids("host", address("127.0.0.2"))).isPresent();
    }

    @Test
    void an_allowed_host_may_be_anywhere_whatever_its_case() {
        AddressGuard allowing = new AddressGuard(List.of("Images.Internal"));

        assertThat(allowing.forbids("images.internal", address("10.0.0.1"))).isEmpty();
        assertThat(allowing.forbids("other.internal", address("10.0.0.1"))).isPresent();
    }

    @Test
    void an_allow_list_with_a_broken_block_is_refused() {
        assertThatThrownBy(() -> new AddressGuard(List.of("10.0.0.0/99")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/99");
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(text, impossible);
        }
    }
}
