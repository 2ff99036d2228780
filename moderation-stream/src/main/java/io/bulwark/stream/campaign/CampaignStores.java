package io.bulwark.stream.campaign;

import io.bulwark.stream.state.StoreNames;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The stores that only this room reads. */
public final class CampaignStores {

    private CampaignStores() {}

    /** Of attempts and of campaigns' counts. */
    public static List<StoreBuilder<?>> builders() {
        return List.of(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(StoreNames.CAMPAIGN_ATTEMPTS),
                        Serdes.String(),
                        CampaignLayout.attempts()),
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(StoreNames.CAMPAIGN_COUNTS),
                        Serdes.String(),
                        CampaignLayout.counts()));
    }
}
