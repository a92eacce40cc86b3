package io.quipu.collector.drive;

import io.quipu.collector.lease.Leases;
import io.quipu.collector.lease.Share;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Shows who drives what, as this instance has read it with its last beat; always up: an instance without partitions, or one that cannot
 * renew them, takes usage all the same. Reads nothing.
 */
final class SharingHealth implements HealthIndicator {

    private final SharedPartitions sharing;

    SharingHealth(SharedPartitions sharing) {
        this.sharing = sharing;
    }

    @Override
    public Health health() {
        Health.Builder up = Health.up().withDetail("instance", sharing.instance());
        Optional<Share> share = sharing.share();
        if (share.isPresent()) {
            Map<String, String> partitions = new TreeMap<>();
            for (Leases.Instance instance : share.get().leases().instances()) {
                partitions.put(instance.id(), ranges(instance.partitions()));
            }
            up.withDetail("partitions", partitions).withDetail("renewed", sharing.sinceRenewed().toSeconds() + " s ago");
        }
        return up.build();
    }

    /** Ascending numbers as {@code 0-3, 7}. */
    static String ranges(List<Integer> ascending) {
        StringBuilder text = new StringBuilder();
        for (int from = 0; from < ascending.size(); ) {
            int to = from;
            while (to + 1 < ascending.size() && ascending.get(to + 1) == ascending.get(to) + 1) {
                to++;
            }
            text.append(text.isEmpty() ? "" : ", ").append(ascending.get(from)).append(to > from ? "-" + ascending.get(to) : "");
            from = to + 1;
        }
        return text.toString();
    }
}
