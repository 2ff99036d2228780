package io.bulwark.cli.doctor;

import io.bulwark.cli.doctor.DoctorCommand.Finding;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

/**
 * Java, the platform, the native libraries that Kafka's records need, and what confines decoders. libtorch is the
 * model's.
 */
final class MachineExamination {

    private static final int OLDEST_JAVA = 17;

    private MachineExamination() {}

    static List<Finding> findings() {
        return List.of(
                java(Runtime.version().feature()),
                platform(System.getProperty("os.name"), System.getProperty("os.arch")),
                codecs(),
                isolation(IsolationSupport.look()));
    }

    /** @param offered what a worker here could confine its decoder processes by */
    static Finding isolation(IsolationState offered) {
        return offered.isComplete()
                ? Finding.well("isolation", "decoder processes can be confined by " + offered.detail())
                : Finding.unsure(
                        "isolation",
                        "decoder processes cannot be confined as they should be: " + offered.detail(),
                        "run workers on Linux 5.13 or later with landlock in /sys/kernel/security/lsm, under a container"
                                + " runtime whose seccomp profile allows its system calls");
    }

    static Finding java(int feature) {
        return feature < OLDEST_JAVA
                ? Finding.wrong("java", "this is Java " + feature, "install a Java 17 or later and set JAVA_HOME to it")
                : Finding.well("java", "Java " + Runtime.version());
    }

    /** Native libraries are shipped for one platform. */
    static Finding platform(String system, String architecture) {
        String found = system + " on " + architecture;
        return system.equals("Linux") && List.of("amd64", "x86_64").contains(architecture)
                ? Finding.well("platform", found)
                : Finding.wrong(
                        "platform",
                        found + ", and libtorch and the decoders are there for Linux on x86-64 alone",
                        "run the images, or a checkout, on Linux x86-64");
    }

    private static Finding codecs() {
        List<String> broken = new ArrayList<>();
        for (CompressionType type : CompressionType.values()) {
            try (OutputStream compressed = Compression.of(type)
                    .build()
                    .wrapForOutput(new ByteBufferOutputStream(64), RecordBatch.CURRENT_MAGIC_VALUE)) {
                compressed.write(type.id);
            } catch (IOException | RuntimeException | LinkageError unusable) {
                broken.add(type.name + " (" + unusable + ")");
            }
        }
        return broken.isEmpty()
                ? Finding.well("libraries", "Kafka's codecs load: " + names())
                : Finding.wrong(
                        "libraries",
                        "Kafka's codecs do not load: " + String.join("; ", broken),
                        "let java.io.tmpdir be a folder that may be executed from (-Djava.io.tmpdir=FOLDER)");
    }

    private static String names() {
        return String.join(
                ", ",
                Arrays.stream(CompressionType.values()).map(type -> type.name).toList());
    }
}
