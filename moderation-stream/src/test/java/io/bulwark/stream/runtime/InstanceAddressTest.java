package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class InstanceAddressTest {

    @Test
    void anAddressComesBackAsItsText() {
        assertThat(InstanceAddress.parse("stream-0.bulwark:8080")).hasToString("stream-0.bulwark:8080");
    }

    @Test
    void anAddressOfIpv6StandsInBrackets() {
        InstanceAddress address = InstanceAddress.parse("[2001:db8::7]:8080");
        assertThat(address).hasToString("[2001:db8::7]:8080");
        assertThat(InstanceAddress.parse(address.toString())).isEqualTo(address);
        assertThat(address.is(new HostInfo("2001:db8::7", 8080))).isTrue();
    }

    @Test
    void itKnowsItselfByHostAndPort() {
        var self = new InstanceAddress("a", 8080);
        assertThat(self.is(new HostInfo("a", 8080))).isTrue();
        assertThat(self.is(new HostInfo("a", 8081))).isFalse();
        assertThat(self.is(new HostInfo("b", 8080))).isFalse();
    }
}
