package io.quipu.reporting.source;

import static io.quipu.reporting.source.Tokens.end;
import static io.quipu.reporting.source.Tokens.first;
import static io.quipu.reporting.source.Tokens.list;
import static io.quipu.reporting.source.Tokens.next;
import static io.quipu.reporting.source.Tokens.text;

import io.quipu.common.time.Window;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationLevels.SpaceLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.totals.OrganizationWindow.SpaceTotals;
import io.quipu.common.totals.PlanLevels;
import io.quipu.common.totals.PlanTotals;
import io.quipu.common.wire.Json;
import io.quipu.reporting.source.Aggregator.OrganizationDocuments;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the documents of an organization token by token, and of a day's hours only those that a report needs: most of a document
 * are its hours. Members that it does not know are passed over. Whatever is not as it should be is an exception of the parser
 * or of the record. Thread-safe.
 */
final class OrganizationAnswer {

    private final KnownWindows windows;
    private final LevelParts levels;
    private final Map<Window, Integer> firstHours = new HashMap<>();
    private final boolean allHours;

    /** For answers that mostly name those windows, with all hours. */
    OrganizationAnswer(Set<Window> asked) {
        this(asked, Set.of(), true);
    }

    /**
     * For answers that mostly name those windows.
     *
     * @param hours the hours that are needed, and with each the later ones of its day
     */
    OrganizationAnswer(Set<Window> asked, Set<Window> hours) {
        this(asked, hours, false);
    }

    private OrganizationAnswer(Set<Window> asked, Set<Window> hours, boolean allHours) {
        this.windows = new KnownWindows(asked);
        this.levels = new LevelParts(windows);
        this.allHours = allHours;
        hours.forEach(hour -> firstHours.merge(Window.day(hour.from()), Window.hourOfDay(hour.from()), Math::min));
    }

    /** The documents of an answer. */
    OrganizationDocuments read(byte[] body) {
        OrganizationDocuments read = read(body, allHours);
        // Whether something has come of a plan, all its hours tell.
        boolean undone = !allHours && read.documents().stream().flatMap(document -> document.plans().stream())
                .anyMatch(PlanTotals::undone);
        return undone ? read(body, true) : read;
    }

    private OrganizationDocuments read(byte[] body, boolean withHours) {
        try (JsonParser json = Json.shared().createParser(body)) {
            List<OrganizationWindow> documents = null;
            OrganizationLevels ofOrganization = null;
            json.nextToken();
            for (String name = first(json); name != null; name = next(json)) {
                switch (name) {
                    case "documents" -> documents = list(json, element -> document(element, withHours));
                    case "levels" -> ofOrganization = json.currentToken() == JsonToken.VALUE_NULL ? null : levels(json);
                    default -> json.skipChildren();
                }
            }
            end(json);
            return new OrganizationDocuments(documents, ofOrganization);
        }
    }

    private OrganizationWindow document(JsonParser json, boolean withHours) {
        DocumentHead head = new DocumentHead(windows);
        String accountId = null;
        String currency = null;
        long start = 0;
        long end = 0;
        List<PlanTotals> plans = null;
        List<SpaceTotals> spaces = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "account_id" -> accountId = text(json);
                case "currency" -> currency = text(json);
                case "start" -> start = json.getLongValue();
                case "end" -> end = json.getLongValue();
                case "plans" -> {
                    int firstHour = withHours || head.window() == null ? 0
                            : firstHours.getOrDefault(head.window(), DocumentParts.NO_HOUR);
                    plans = list(json, element -> DocumentParts.plan(element, firstHour));
                }
                case "spaces" -> spaces = list(json, OrganizationAnswer::space);
                default -> head.member(json, name);
            }
        }
        return new OrganizationWindow(head.version(), head.organizationId(), head.window(), head.watermark(), accountId,
                currency, start, end, head.processed(), plans, spaces);
    }

    private static SpaceTotals space(JsonParser json) {
        String spaceId = null;
        List<PlanTotals> plans = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "space_id" -> spaceId = text(json);
                case "plans" -> plans = list(json, DocumentParts::plan);
                default -> json.skipChildren();
            }
        }
        return new SpaceTotals(spaceId, plans);
    }

    private OrganizationLevels levels(JsonParser json) {
        DocumentHead head = new DocumentHead(windows);
        List<PlanLevels> plans = null;
        List<SpaceLevels> spaces = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "plans" -> plans = list(json, levels::plan);
                case "spaces" -> spaces = list(json, this::spaceLevels);
                default -> head.member(json, name);
            }
        }
        return new OrganizationLevels(head.version(), head.organizationId(), head.watermark(), plans, spaces);
    }

    private SpaceLevels spaceLevels(JsonParser json) {
        String spaceId = null;
        List<PlanLevels> plans = null;
        for (String name = first(json); name != null; name = next(json)) {
            switch (name) {
                case "space_id" -> spaceId = text(json);
                case "plans" -> plans = list(json, levels::plan);
                default -> json.skipChildren();
            }
        }
        return new SpaceLevels(spaceId, plans);
    }
}
