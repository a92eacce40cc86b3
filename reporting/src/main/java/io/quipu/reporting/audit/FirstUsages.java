package io.quipu.reporting.audit;

import io.quipu.common.usage.Origin;
import io.quipu.common.web.Problem;
import io.quipu.reporting.source.Collector.LoggedUsage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells the first usage of a deduplication key from its duplicates: organization, space, consumer, resource, plan,
 * instance, start, end and the provider's id; of an event also what happened. Of each key it keeps 128 bits of a hash.
 */
final class FirstUsages {

    private final int max;
    private final Set<Hash> seen = new HashSet<>();
    private final MessageDigest digest;

    FirstUsages(int max) {
        this.max = max;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private record Hash(long high, long low) {
    }

    /** Whether a usage is the first with its key. */
    boolean add(LoggedUsage usage) {
        Origin origin = usage.origin();
        text(origin.organizationId());
        text(origin.spaceId());
        text(origin.consumerId());
        text(origin.resourceId());
        text(origin.planId());
        text(origin.resourceInstanceId());
        text(Long.toString(origin.start()));
        text(Long.toString(origin.end()));
        if (usage.dedupId() != null) {
            text(usage.dedupId());
        }
        if (usage.event() != null) {
            // two texts at least, so that it reads like no usage
            text("event");
            text(usage.event().kind().name());
            if (usage.event().id() != null) {
                text(usage.event().id());
            }
        }
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        boolean first = seen.add(new Hash(hash.getLong(), hash.getLong()));
        if (seen.size() > max) {
            throw Problem.of(422, "audit_too_large", "The organization has more than " + max
                    + " usages in that month, more than quipu.audit.max-usages allows.");
        }
        return first;
    }

    /** Its length first, so that no two lists of texts read alike. */
    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }
}
