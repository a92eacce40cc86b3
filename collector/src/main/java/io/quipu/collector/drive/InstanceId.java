package io.quipu.collector.drive;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/** The id of this start of this process: the name of its machine, for those who read it, and what makes it unique. */
final class InstanceId {

    /** Characters of the machine's name that it has at most. */
    private static final int MAX_NAME = 60;

    private InstanceId() {
    }

    /** Another one with each call. */
    static String next() {
        String name = machine().replaceAll("[^A-Za-z0-9.-]", "-");
        return name.substring(0, Math.min(MAX_NAME, name.length())) + "~" + UUID.randomUUID().toString().substring(0, 18);
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "collector";
        }
    }
}
