package io.quipu.collector.drive;

import io.quipu.collector.log.Cursor;
import io.quipu.common.stage.Batch;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Position;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the usage on which a batch fails unexpectedly: batches are halved until a batch of one still fails, and stay small
 * until the cursor has passed the first batch that failed. While a partition is stuck at a usage it is counted, and
 * was named in the log once.
 */
final class Suspicion {

    private static final Logger LOG = LoggerFactory.getLogger(Suspicion.class);

    private final int partition;
    private final DriveMetrics metrics;

    private int limit = Batch.MAX_USAGES;
    private long suspectTo = Position.NONE;
    private boolean stuck;
    private long stuckAt = Position.NONE;

    Suspicion(int partition, DriveMetrics metrics) {
        this.partition = partition;
        this.metrics = metrics;
    }

    /** Usages that the next batch may hold. */
    int limit() {
        return limit;
    }

    /** Whether a batch that is being driven is suspected to fail. */
    boolean suspects() {
        return limit < Batch.MAX_USAGES || stuck;
    }

    /** The cursor stands at that position. */
    void passed(long cursor) {
        if (cursor >= suspectTo) {
            limit = Batch.MAX_USAGES;
        }
        if (stuck && cursor >= stuckAt) {
            LOG.atInfo().addKeyValue("partition", partition).addKeyValue("position", stuckAt)
                    .log("partition {} goes on behind position {}", partition, stuckAt);
            stuck = false;
            stuckAt = Position.NONE;
            metrics.stuck(-1);
        }
    }

    /** The partition is another's to drive: whoever drives it finds out for itself. */
    void lost() {
        limit = Batch.MAX_USAGES;
        suspectTo = Position.NONE;
        if (stuck) {
            stuck = false;
            stuckAt = Position.NONE;
            metrics.stuck(-1);
        }
    }

    /** A batch of several usages has failed. */
    void halve(List<DrivenUsage> usages, RuntimeException failure) {
        LOG.atWarn().addKeyValue("partition", partition).log("partition {}: a batch of {} usages failed, trying half of"
                + " it: {}", partition, usages.size(), failure.toString());
        suspectTo = Math.max(suspectTo, usages.get(usages.size() - 1).position());
        limit = usages.size() / 2;
    }

    /** A batch of one usage has failed, or nothing could even be read behind the cursor. */
    void stuck(Cursor cursor, List<DrivenUsage> usages, RuntimeException failure) {
        long position = usages.isEmpty() ? cursor.position() + 1 : usages.get(0).position();
        if (stuck && stuckAt == position) {
            return;
        }
        if (!stuck) {
            metrics.stuck(1);
        }
        stuck = true;
        stuckAt = position;
        if (usages.isEmpty()) {
            LOG.atError().setCause(failure).addKeyValue("partition", partition).addKeyValue("position", cursor.position())
                    .log("partition {} is stuck: the log cannot be read behind position {}", partition, cursor.position());
        } else {
            Origin at = usages.get(0).usage().origin();
            LOG.atError().setCause(failure).addKeyValue("partition", partition).addKeyValue("position", position)
                    .addKeyValue("organization", at.organizationId())
                    .log("partition {} is stuck at position {} (segment {}, index {}): organization {}, space {},"
                    + " consumer {}, resource {}, plan {}, instance {}, end {}", partition, position,
                    Position.segment(position), Position.index(position), at.organizationId(), at.spaceId(),
                    at.consumerId(), at.resourceId(), at.planId(), at.resourceInstanceId(), at.end());
        }
    }
}
