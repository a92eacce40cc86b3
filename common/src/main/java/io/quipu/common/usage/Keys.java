package io.quipu.common.usage;

import io.quipu.common.time.Window;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The key of every stored document, made here and nowhere else.
 *
 * <p>A key is a path of percent-encoded segments: letters, digits and {@code - . _ :} stand for themselves, every other
 * byte of the UTF-8 text is {@code %XX}. A key longer than {@link #MAX_LENGTH} bytes keeps
 * its first 160 and ends in {@code ~} and a 128-bit hash of the whole, so ids of any allowed length fit every engine's
 * limit. The document's own fields are compared with the ids on read, so even a collision of hashes could not mix two
 * documents up.
 */
public final class Keys {

    /** Bytes of the longest key (Couchbase refuses keys above 250). */
    public static final int MAX_LENGTH = 200;

    private static final int KEPT = 160;
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Keys() {
    }

    /** A segment of a partition's log. */
    public static String segment(int partition, long segment) {
        return "log/" + partition + "/" + segment;
    }

    /** The position up to which everything of a partition is committed everywhere. */
    public static String cursor(int partition) {
        return "cursor/" + partition;
    }

    /** The lowest segment kept of a partition. */
    public static String trim(int partition) {
        return "trim/" + partition;
    }

    /** The mark of a usage's deduplication key, by its {@linkplain #hash hash}. */
    public static String dedup(String hash) {
        return "dedup/" + hash;
    }

    /** A rejected usage. */
    public static String rejected(int partition, long position) {
        return "rejected/" + partition + "/" + position;
    }

    /** A page of the positions of an organization's rejected usage (collector). */
    public static String rejectedPage(String organizationId, long page) {
        return path("organization", organizationId, "rejected", Long.toString(page));
    }

    /** What a deployment fixed for its life, such as the number of partitions. */
    public static String deployment() {
        return "deployment";
    }

    /** Which collectors there are, and which of them drives which partition. */
    public static String leases() {
        return "leases";
    }

    /** How far the log is known to reach where another collector drives than the one that appended. */
    public static String signal() {
        return "signal";
    }

    /** A plan version, by its hash. */
    public static String planVersion(String hash) {
        return "plan/" + hash;
    }

    /** The current definition of a plan of the catalog; kind is metering, rating or pricing. */
    public static String catalogPlan(String kind, String planId) {
        return path("catalog", kind, planId);
    }

    /** The plan id that a resource type and plan name are mapped to. */
    public static String mapping(String kind, String resourceType, String planName) {
        return path("catalog", "mapping", kind, resourceType, planName);
    }

    /** The type of a resource. */
    public static String resource(String resourceId) {
        return path("catalog", "resource", resourceId);
    }

    /** Says that a resource type is known: some plan of it was mapped. */
    public static String resourceType(String resourceType) {
        return path("catalog", "type", resourceType);
    }

    /** An account. */
    public static String account(String accountId) {
        return path("catalog", "account", accountId);
    }

    /** Which account an organization belongs to. */
    public static String organizationAccount(String organizationId) {
        return path("catalog", "organization", organizationId);
    }

    /** One window of a resource instance under a plan path (accumulator). */
    public static String instance(Consumer consumer, String resourceId, String instanceId, PlanPath plan, Window window) {
        return path("instance", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(), resourceId,
                instanceId, plan.planId(), plan.meteringPlanId(), plan.ratingPlanId(), plan.pricingPlanId(), window.id());
    }

    /** Some windows of a resource instance under a plan path (accumulator), in their order. */
    public static List<String> instance(Consumer consumer, String resourceId, String instanceId, PlanPath plan,
            List<Window> windows) {
        return windows(windows, "instance", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(),
                resourceId, instanceId, plan.planId(), plan.meteringPlanId(), plan.ratingPlanId(), plan.pricingPlanId());
    }

    /** Says that a resource instance under a plan path stands on one of its consumer's pages (accumulator). */
    public static String instanceLinked(Consumer consumer, String resourceId, String instanceId, PlanPath plan) {
        return path("instance", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(), resourceId,
                instanceId, plan.planId(), plan.meteringPlanId(), plan.ratingPlanId(), plan.pricingPlanId(), "linked");
    }

    /** The timeline of a resource instance, whatever its plans (accumulator). */
    public static String timeline(Consumer consumer, String resourceId, String instanceId) {
        return path("instance", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(), resourceId,
                instanceId, "timeline");
    }

    /** A page of the instances of a consumer (accumulator). */
    public static String instancePage(Consumer consumer, long page) {
        return path("consumer", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(), "instances",
                Long.toString(page));
    }

    /** A page of the instances of a resource that may run in an organization (accumulator). */
    public static String runningPage(String organizationId, String resourceId, int page) {
        return path("running", "pages", organizationId, resourceId, Integer.toString(page));
    }

    /** A page of the resources that ever had a timeline (accumulator). */
    public static String runningResources(long page) {
        return path("running", "resources", Long.toString(page));
    }

    /** A page of the resources that ever had a timeline in an organization (accumulator). */
    public static String runningResources(String organizationId, long page) {
        return path("running", "resources-of", organizationId, Long.toString(page));
    }

    /** A page of the organizations in which a resource ever had a timeline (accumulator). */
    public static String runningOrganizations(String resourceId, long page) {
        return path("running", "organizations-of", resourceId, Long.toString(page));
    }

    /** Says that a resource stands on a page of all resources that ever had a timeline (accumulator). */
    public static String runningLinked(String resourceId) {
        return path("running", "linked", resourceId);
    }

    /** Says that an organization and a resource stand on pages of each other (accumulator). */
    public static String runningLinked(String organizationId, String resourceId) {
        return path("running", "linked", organizationId, resourceId);
    }

    /** When something of a resource was accepted last (accumulator). */
    public static String heard(String resourceId) {
        return path("running", "heard", resourceId);
    }

    /**
     * Whether only one list of ids has this key. A key that was cut is told by its {@code ~}, which stands for itself in no
     * other; only such a one could be shared, by ids whose hashes are the same.
     */
    public static boolean exact(String key) {
        return key.indexOf('~') < 0;
    }

    /** One window of a consumer (aggregator). */
    public static String consumer(Consumer consumer, Window window) {
        return path("consumer", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(), window.id());
    }

    /** Some windows of a consumer (aggregator), in their order. */
    public static List<String> consumer(Consumer consumer, List<Window> windows) {
        return windows(windows, "consumer", consumer.organizationId(), consumer.spaceId(), consumer.consumerId());
    }

    /** The levels of a consumer, month by month (aggregator). */
    public static String consumerLevels(Consumer consumer) {
        return path("consumer", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(), "levels");
    }

    /** Says that a consumer stands on one of its space's pages (aggregator). */
    public static String consumerLinked(Consumer consumer) {
        return path("consumer", consumer.organizationId(), consumer.spaceId(), consumer.consumerId(), "linked");
    }

    /** A page of the consumers of a space (aggregator). */
    public static String consumerPage(String organizationId, String spaceId, long page) {
        return path("organization", organizationId, "spaces", spaceId, "consumers", Long.toString(page));
    }

    /** One window of an organization (aggregator). */
    public static String organization(String organizationId, Window window) {
        return path("organization", organizationId, window.id());
    }

    /** The levels of an organization and its spaces, month by month (aggregator). */
    public static String organizationLevels(String organizationId) {
        return path("organization", organizationId, "levels");
    }

    /** 128 bits of the SHA-256 of the text, as 22 characters that need no encoding. */
    public static String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    /** 128 bits of the SHA-256 of the bytes, as 22 characters that need no encoding. */
    public static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** One percent-encoded segment of a path. */
    public static String encode(String text) {
        if (plain(text)) {
            return text;
        }
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (plain(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX[(b & 0xF0) >> 4]).append(HEX[b & 0xF]);
            }
        }
        return encoded.toString();
    }

    private static boolean plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!plain(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean plain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '-' || c == '.' || c == '_' || c == ':';
    }

    private static List<String> windows(List<Window> windows, String... segments) {
        StringBuilder path = joined(segments).append('/');
        int length = path.length();
        List<String> keys = new ArrayList<>(windows.size());
        for (Window window : windows) {
            path.setLength(length);
            keys.add(bounded(path.append(encode(window.id()))));
        }
        return keys;
    }

    private static String path(String... segments) {
        return bounded(joined(segments));
    }

    private static StringBuilder joined(String... segments) {
        StringBuilder path = new StringBuilder(96);
        for (String segment : segments) {
            if (path.length() > 0) {
                path.append('/');
            }
            path.append(encode(segment));
        }
        return path;
    }

    private static String bounded(StringBuilder path) {
        String key = path.toString();
        return key.length() <= MAX_LENGTH ? key : key.substring(0, KEPT) + "~" + hash(key);
    }
}
