package io.quipu.collector.catalog;

import io.quipu.common.web.Problem;
import io.quipu.common.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;

/** The plans that come with Quipu, stored at start where they are absent: what operators changed is kept. */
public final class SamplePlans {

    private static final String FOLDER = "/catalog/";

    private SamplePlans() {
    }

    /** Stores what is absent. */
    public static void store(Catalog catalog) {
        JsonNode index = read("index.json");
        for (PlanKind kind : PlanKind.values()) {
            for (JsonNode file : index.get(kind.id())) {
                JsonNode plan = read(kind.id() + "/" + file.stringValue() + ".json");
                absent("plan_exists", () -> catalog.plans().create(kind, plan));
            }
        }
        for (JsonNode mapping : index.get("mappings")) {
            for (PlanKind kind : PlanKind.values()) {
                absent("mapping_exists", () -> catalog.provisioning().map(kind, mapping.get("resource").stringValue(),
                        mapping.get("plan").stringValue(), mapping.get(kind.id()).stringValue()));
            }
        }
    }

    private static void absent(String code, Runnable insert) {
        try {
            insert.run();
        } catch (Problem e) {
            if (!e.code().equals(code)) {
                throw e;
            }
        }
    }

    private static JsonNode read(String file) {
        try (InputStream in = SamplePlans.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException("the sample " + file + " is missing");
            }
            return Json.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
