package io.bulwark.stream.runtime;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One budget of native memory for all state stores of a client: a block cache, against which the write buffers count
 * too. It is handed to RocksDB through the client's properties under {@link #PROPERTY}, because Kafka Streams makes the
 * setters itself. Close it after the client.
 */
final class StateMemory implements AutoCloseable {

    static final String PROPERTY = "bulwark.state-memory";

    private static final long SMALL_WRITE_BUFFER = 2L << 20;

    private final Cache cache;
    private final WriteBufferManager writeBuffers;

    StateMemory(long bytes) {
        RocksDB.loadLibrary();
        cache = new LRUCache(bytes, -1, false, 0.1);
        writeBuffers = new WriteBufferManager(bytes / 2, cache);
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
    }

    /** Applies the budget to each store. */
    public static final class Setter implements RocksDBConfigSetter {

        @Override
        public void setConfig(String storeName, Options options, Map<String, Object> configs) {
            var memory = (StateMemory) configs.get(PROPERTY);
            var table = (BlockBasedTableConfig) options.tableFormatConfig();
            table.setBlockCache(memory.cache);
            table.setCacheIndexAndFilterBlocks(true);
            table.setPinTopLevelIndexAndFilter(true);
            options.setTableFormatConfig(table);
            options.setWriteBufferManager(memory.writeBuffers);
            options.setWriteBufferSize(SMALL_WRITE_BUFFER);
            options.setMaxWriteBufferNumber(2);
        }

        @Override
        public void close(String storeName, Options options) {
            // the budget is shared: StateMemory.close() frees it
        }
    }
}
