package io.bulwark.cli.export;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;

/**
 * Records of a topic as rows of a Parquet file: the fields of the record as its Avro schema has them, and behind them {@code
 * kafka_partition}, {@code kafka_offset} and {@code kafka_time}, when the broker took it in. Instants are timestamps in
 * milliseconds, UTC. Pages are compressed by Zstandard.
 */
final class ParquetRows {

    static final String PARTITION = "kafka_partition";
    static final String OFFSET = "kafka_offset";
    static final String TIME = "kafka_time";

    private static final long ROW_GROUP_BYTES = 16L << 20;

    private ParquetRows() {}

    /** The schema of the rows of such records. */
    static Schema schema(Schema record) {
        List<Schema.Field> fields = new ArrayList<>();
        record.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        Schema time = LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG));
        fields.add(new Schema.Field(PARTITION, Schema.create(Schema.Type.INT), "Of the record."));
        fields.add(new Schema.Field(OFFSET, Schema.create(Schema.Type.LONG), "Of the record."));
        fields.add(new Schema.Field(TIME, time, "When the broker took the record in."));
        return Schema.createRecord(record.getName() + "Row", record.getDoc(), "io.bulwark.export", false, fields);
    }

    /** Writes records of one type to one file, which must not exist. One thread. */
    static final class Writer implements AutoCloseable {

        private final Schema schema;
        private final ParquetWriter<GenericRecord> file;

        Writer(Path path, Class<? extends SpecificRecord> type) throws IOException {
            SpecificData model = SpecificData.getForClass(type);
            this.schema = schema(model.getSchema(type));
            this.file = writer(path, schema, model);
        }

        /**
         * Adds a row.
         *
         * @param time when the broker took the record in
         */
        void write(int partition, long offset, Instant time, SpecificRecord value) throws IOException {
            GenericRecord row = new GenericData.Record(schema);
            int fields = value.getSchema().getFields().size();
            for (int i = 0; i < fields; i++) {
                row.put(i, value.get(i));
            }
            row.put(PARTITION, partition);
            row.put(OFFSET, offset);
            row.put(TIME, time);
            file.write(row);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** Copies the rows that are wanted, in their order, to a file that must not exist; as {@link #each} reads them. */
    static void copy(Path from, Path to, Class<? extends SpecificRecord> type, Predicate<GenericRecord> wanted)
            throws IOException {
        try (ParquetReader<GenericRecord> rows = reader(from)) {
            GenericRecord row = rows.read();
            // A file without rows still has the schema that it was written with; it is not read here.
            Schema schema = row == null ? schema(SpecificData.getForClass(type).getSchema(type)) : row.getSchema();
            try (ParquetWriter<GenericRecord> copy = writer(to, schema, new GenericData())) {
                for (; row != null; row = rows.read()) {
                    if (wanted.test(row)) {
                        copy.write(row);
                    }
                }
            }
        }
    }

    /** Reads a file's rows, enumerations as texts and instants as numbers of milliseconds. */
    static void each(Path file, Consumer<GenericRecord> seen) throws IOException {
        try (ParquetReader<GenericRecord> rows = reader(file)) {
            for (GenericRecord row = rows.read(); row != null; row = rows.read()) {
                seen.accept(row);
            }
        }
    }

    /** How many rows of a file are such; as {@link #each} reads them. */
    static long count(Path file, Predicate<GenericRecord> such) throws IOException {
        long count = 0;
        try (ParquetReader<GenericRecord> rows = reader(file)) {
            for (GenericRecord row = rows.read(); row != null; row = rows.read()) {
                count += such.test(row) ? 1 : 0;
            }
        }
        return count;
    }

    private static ParquetReader<GenericRecord> reader(Path file) throws IOException {
        return AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file), new PlainParquetConfiguration())
                .withDataModel(new GenericData())
                .withCodecFactory(new Zstandard())
                .build();
    }

    private static ParquetWriter<GenericRecord> writer(Path file, Schema schema, GenericData model) throws IOException {
        PlainParquetConfiguration settings = new PlainParquetConfiguration();
        settings.setBoolean("parquet.avro.write-old-list-structure", false);
        return AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
                .withConf(settings)
                .withSchema(schema)
                .withDataModel(model)
                .withCodecFactory(new Zstandard())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .build();
    }

    /** Parquet's Zstandard codec without Hadoop's interfaces of streams: a page is one frame. */
    private static final class Zstandard
            implements CompressionCodecFactory,
                    CompressionCodecFactory.BytesInputCompressor,
                    CompressionCodecFactory.BytesInputDecompressor {

        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            return require(codec);
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            return require(codec);
        }

        private Zstandard require(CompressionCodecName codec) {
            if (codec != CompressionCodecName.ZSTD) {
                throw new UnsupportedOperationException(
                        "the export's files are compressed by ZSTD, and this one by " + codec);
            }
            return this;
        }

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            return BytesInput.from(Zstd.compress(bytes.toByteArray()));
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.ZSTD;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            return BytesInput.from(Zstd.decompress(bytes.toByteArray(), decompressedSize));
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize) {
            byte[] compressed = new byte[compressedSize];
            input.get(compressed);
            try {
                output.put(decompress(BytesInput.from(compressed), decompressedSize)
                        .toByteArray());
            } catch (IOException impossible) {
                throw new UncheckedIOException("bytes in memory", impossible);
            }
        }

        @Override
        public void release() {
            // It holds nothing.
        }
    }
}
