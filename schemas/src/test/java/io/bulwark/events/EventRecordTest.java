package io.bulwark.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.serde.EventDecoder;
import org.apache.avro.util.ClassSecurityValidator;
import org.junit.jupiter.api.Test;

/** Avro loads classes that the JVM trusts: this package's from the first use of any of its records on, and no others. */
class EventRecordTest {
    @Test
    void aRecordsFirstUseMakesAvroTrustThisPackage() {
        assertThat(ImageUploaded.getClassSchema().getFullName()).isEqualTo("io.bulwark.events.ImageUploaded");

        ClassSecurityValidator.validate(ImageUploaded.class);
        ClassSecurityValidator.validate(Severity.class);
    }

    @Test
    void nothingElseBecomesTrusted() {
        assertThat(ImageUploaded.getClassSchema()).isNotNull();

        assertThatThrownBy(() -> ClassSecurityValidator.validate(EventDecoder.class))
                .isInstanceOf(SecurityException.class)
                .hasMessageContaining(EventDecoder.class.getName());
        assertThatThrownBy(() -> ClassSecurityValidator.validate(ProcessBuilder.class))
                .isInstanceOf(SecurityException.class);
    }
}
