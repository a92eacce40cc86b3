package io.quipu.collector.web;

import io.quipu.collector.intake.RejectedUsages;
import io.quipu.common.web.NdjsonStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Lists rejected usage; our own addition to Abacus's endpoints. */
@RestController
public class RejectedUsageController {

    private final RejectedUsages rejected;

    RejectedUsageController(RejectedUsages rejected) {
        this.rejected = rejected;
    }

    /** The rejected usage of an organization, one a line, oldest first; the last line says that it is complete. */
    @GetMapping("/v1/metering/organizations/{organization_id}/rejected/usage")
    void list(@PathVariable("organization_id") String organizationId, HttpServletResponse response) throws IOException {
        NdjsonStream.write(response, stream -> rejected.read(organizationId, stream::accept));
    }
}
