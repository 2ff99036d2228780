package io.bulwark.stream.topology;

import io.bulwark.stream.intake.Reading;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** One source topic, split into what could be read and what could not. */
final class Readings<T extends SpecificRecord> {

    private final String prefix;
    private final Map<String, KStream<byte[], Reading<T>>> branches;

    /** @param name begins the names of the nodes */
    Readings(String name, KStream<byte[], Reading<T>> read) {
        prefix = name + "-";
        branches = read.split(Named.as(prefix))
                .branch((key, reading) -> reading instanceof Reading.Readable, Branched.as("readable"))
                .defaultBranch(Branched.as("unreadable"));
    }

    KStream<byte[], Reading<T>> readable() {
        return branches.get(prefix + "readable");
    }

    KStream<byte[], byte[]> unreadable() {
        return branches.get(prefix + "unreadable")
                .mapValues(reading -> ((Reading.Unreadable<T>) reading).value(), Named.as(prefix + "original-bytes"));
    }
}
