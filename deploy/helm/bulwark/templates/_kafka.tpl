{{/* Where Kafka is. */}}
{{- define "bulwark.kafka.servers" -}}
{{- if .Values.kafka.enabled -}}{{ include "bulwark.fullname" . }}-kafka-bootstrap:9093{{- else -}}
{{ required "kafka.external.bootstrapServers names your brokers, where kafka.enabled is false" .Values.kafka.external.bootstrapServers }}
{{- end -}}
{{- end -}}

{{/* How a program connects, in its settings file. Takes root and program. */}}
{{- define "bulwark.kafka.settings" -}}
{{- $kafka := .root.Values.kafka -}}
bulwark.kafka.bootstrap-servers={{ include "bulwark.kafka.servers" .root }}
{{- with .root.Values.topics.prefix }}
bulwark.topics.prefix={{ . }}
{{- end }}
{{- with .root.Values.topics.maxUploadBytes }}
bulwark.topics.max-upload-bytes={{ . | int64 }}
{{- end }}
{{- if $kafka.enabled }}
bulwark.kafka.security.protocol=SASL_SSL
bulwark.kafka.security.truststore=/etc/bulwark/kafka-ca/ca.crt
bulwark.kafka.security.username={{ include "bulwark.fullname" .root }}-{{ .program }}
bulwark.kafka.security.password-file=/etc/bulwark/kafka-user/password
{{- else }}
{{- $external := $kafka.external }}
{{- $plain := and (hasPrefix "SASL" $external.protocol) (not $external.mechanism) }}
{{- /* The block of settings and Kafka's own properties may not say the same, so one of them says all. */}}
{{- if $plain }}
bulwark.kafka.properties."security.protocol"={{ $external.protocol }}
{{- if $external.caSecret }}
bulwark.kafka.properties."ssl.truststore.type"=PEM
bulwark.kafka.properties."ssl.truststore.location"=/etc/bulwark/kafka-ca/ca.crt
{{- end }}
{{- else }}
bulwark.kafka.security.protocol={{ $external.protocol }}
{{- if $external.caSecret }}
bulwark.kafka.security.truststore=/etc/bulwark/kafka-ca/ca.crt
{{- end }}
{{- end }}
{{- if hasPrefix "SASL" $external.protocol }}
{{- with $external.mechanism }}
bulwark.kafka.security.mechanism={{ . }}
bulwark.kafka.security.username={{ get (get ($external.users | default dict) $.program | default dict) "username" | default (printf "%s-%s" (include "bulwark.fullname" $.root) $.program) }}
bulwark.kafka.security.password-file=/etc/bulwark/kafka-user/password
{{- if eq . "OAUTHBEARER" }}
bulwark.kafka.security.token-endpoint={{ required "kafka.external.tokenEndpoint is where tokens are given, for mechanism OAUTHBEARER" $external.tokenEndpoint }}
{{- with $external.tokenScope }}
bulwark.kafka.security.token-scope={{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- else if eq $external.protocol "SSL" }}
bulwark.kafka.security.keystore=/etc/bulwark/kafka-user/user.p12
bulwark.kafka.security.keystore-password-file=/etc/bulwark/kafka-user/user.password
{{- end }}
{{- range $name, $value := $external.properties }}
bulwark.kafka.properties."{{ $name }}"={{ include "bulwark.scalar" $value }}
{{- end }}
{{- end }}
{{- with include "bulwark.registry" .root }}
bulwark.schema-registry.url={{ . }}
{{- end }}
{{- end -}}

{{/* Keys of the secret with which a program logs in: a list. Takes root and program. */}}
{{- define "bulwark.kafka.keys" -}}
{{- $external := .root.Values.kafka.external -}}
{{- if .root.Values.kafka.enabled -}}
{{- if eq .program "registry" }}sasl.jaas.config{{ else }}password{{ end -}}
{{- else if and (hasPrefix "SASL" $external.protocol) $external.mechanism -}}password
{{- else if eq $external.protocol "SSL" -}}user.p12 user.password
{{- end -}}
{{- end -}}

{{/* The secret's name. Takes root and program. */}}
{{- define "bulwark.kafka.secret" -}}
{{- $own := printf "%s-%s" (include "bulwark.fullname" .root) .program -}}
{{- if .root.Values.kafka.enabled -}}{{ $own }}{{- else -}}
{{- get (get (.root.Values.kafka.external.users | default dict) .program | default dict) "secretName" | default $own -}}
{{- end -}}
{{- end -}}

{{/* Whether there is a certificate by which brokers are believed. */}}
{{- define "bulwark.kafka.ca" -}}
{{- if .Values.kafka.enabled }}{{ include "bulwark.fullname" . }}-cluster-ca-cert{{ else }}{{ .Values.kafka.external.caSecret }}{{ end -}}
{{- end -}}

{{- define "bulwark.kafka.mounts" -}}
{{- if include "bulwark.kafka.ca" .root }}
- name: kafka-ca
  mountPath: /etc/bulwark/kafka-ca
  readOnly: true
{{- end }}
{{- if include "bulwark.kafka.keys" . }}
- name: kafka-user
  mountPath: /etc/bulwark/kafka-user
  readOnly: true
{{- end }}
{{- end -}}

{{- define "bulwark.kafka.volumes" -}}
{{- with include "bulwark.kafka.ca" .root }}
- name: kafka-ca
  secret:
    secretName: {{ . }}
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}
{{- with include "bulwark.kafka.keys" . }}
- name: kafka-user
  secret:
    secretName: {{ include "bulwark.kafka.secret" $ }}
    items:
      {{- range splitList " " . }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}
{{- end -}}

{{/* What a program may reach: Kafka, and the registry where it is this release's. A list of egress rules. */}}
{{- define "bulwark.kafka.egress" -}}
{{- if .Values.kafka.enabled }}
- to:
    - podSelector:
        matchLabels:
          strimzi.io/cluster: {{ include "bulwark.fullname" . }}
          strimzi.io/kind: Kafka
  ports:
    - protocol: TCP
      port: 9093
{{- else }}
- to:
    {{- range .Values.kafka.external.cidrs }}
    - ipBlock:
        cidr: {{ . }}
    {{- end }}
  ports:
    {{- range .Values.kafka.external.ports }}
    - protocol: TCP
      port: {{ . }}
    {{- end }}
{{- end }}
{{- if .Values.registry.enabled }}
- to:
    - podSelector:
        matchLabels:
          {{- include "bulwark.selector" (dict "root" . "program" "registry") | nindent 10 }}
  ports:
    - protocol: TCP
      port: 8080
{{- end }}
{{- with .Values.network.alsoReach }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* A value of a setting: large numbers of values files are floats, which print with an exponent. */}}
{{- define "bulwark.scalar" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}
