{{/*
A program: what makes its pods, their account, and their disruption budget. Takes
  root, program         and values, its part of them
  kind                  Deployment, or StatefulSet
  image, args, env      args and env as texts
  container             its name
  ports                 a text; probes ask the port named probe, below the path health
  startup               failures of five seconds each before a start has failed
  grace                 seconds between SIGTERM and SIGKILL
  spread                over zones and nodes (zone), nodes (node), or neither
  leaves                a pod that ends is still scraped once (preStop)
  mounts, volumes       texts, beside settings, Kafka's and /tmp
  labels, podLabels     texts, beside the standard ones
  head                  a text: the fields of spec before the pod's template
*/}}
{{- define "bulwark.program" -}}
{{- $root := .root -}}
{{- $values := .values -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "bulwark.metadata" (dict "root" $root "name" .program) | nindent 2 }}
  {{- with $values.serviceAccountAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "bulwark.metadata" (dict "root" $root "name" .program) | nindent 2 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "bulwark.selector" . | nindent 6 }}
---
apiVersion: apps/v1
kind: {{ .kind }}
metadata:
  {{- include "bulwark.metadata" (dict "root" $root "name" .program "program" .program "labels" (printf "app.kubernetes.io/component: %s%s" .program (.labels | default ""))) | nindent 2 }}
spec:
  {{- with .head }}
  {{- . | trim | nindent 2 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "bulwark.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "bulwark.selector" . | nindent 8 }}
        app.kubernetes.io/component: {{ .program }}
        app.kubernetes.io/part-of: bulwark
        bulwark.io/kafka-client: "true"
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        {{- /* Pods read settings when they start: other settings are other pods. */}}
        bulwark.io/settings: {{ .settings | sha256sum }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "bulwark.fullname" $root }}-{{ .program }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .grace }}
      {{- with $root.Values.images.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ tpl . $root }}
      {{- end }}
      {{- with $values.runtimeClassName }}
      runtimeClassName: {{ . }}
      {{- end }}
      {{- with $values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        {{- if eq .kind "StatefulSet" }}
        fsGroupChangePolicy: OnRootMismatch
        {{- end }}
        seccompProfile:
          type: RuntimeDefault
      {{- if .spread }}
      topologySpreadConstraints:
        {{- range (ternary (list "topology.kubernetes.io/zone" "kubernetes.io/hostname") (list "kubernetes.io/hostname") (eq .spread "zone")) }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "bulwark.selector" $ | nindent 14 }}
        {{- end }}
      {{- end }}
      containers:
        - name: {{ .container }}
          image: {{ .image }}
          {{- with $root.Values.images.pullPolicy }}
          imagePullPolicy: {{ . }}
          {{- end }}
          {{- with .args }}
          args:
            {{- . | trim | nindent 12 }}
          {{- end }}
          {{- if or .env $values.env }}
          env:
            {{- with .env }}
            {{- . | trim | nindent 12 }}
            {{- end }}
            {{- with $values.env }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          {{- end }}
          ports:
            {{- .ports | trim | nindent 12 }}
          startupProbe:
            httpGet:
              path: {{ .health }}/started
              port: {{ .probe }}
            periodSeconds: 5
            failureThreshold: {{ .startup }}
          readinessProbe:
            httpGet:
              path: {{ .health }}/ready
              port: {{ .probe }}
            periodSeconds: 5
            timeoutSeconds: 3
          livenessProbe:
            httpGet:
              path: {{ .health }}/live
              port: {{ .probe }}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          {{- if .leaves }}
          lifecycle:
            preStop:
              sleep:
                seconds: 5
          {{- end }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop:
                - ALL
          volumeMounts:
            - name: settings
              mountPath: /etc/bulwark/settings
              readOnly: true
            {{- include "bulwark.kafka.mounts" . | trim | nindent 12 }}
            {{- with .mounts }}
            {{- . | trim | nindent 12 }}
            {{- end }}
            - name: scratch
              mountPath: /tmp
      volumes:
        - name: settings
          configMap:
            name: {{ include "bulwark.fullname" $root }}-{{ .program }}-settings
        {{- include "bulwark.kafka.volumes" . | trim | nindent 8 }}
        {{- with .volumes }}
        {{- . | trim | nindent 8 }}
        {{- end }}
        - name: scratch
          emptyDir:
            sizeLimit: {{ $values.scratch }}
{{- end -}}

{{/* A config map of settings files. Takes root, program and files, a dict of texts. */}}
{{- define "bulwark.settings" -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "bulwark.metadata" (dict "root" .root "name" (printf "%s-settings" .program)) | nindent 2 }}
data:
  {{- range $name, $text := .files }}
  {{ $name }}: |
    {{- $text | trim | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Lines of settings that win over the program's own. Takes maps, the last of which wins. */}}
{{- define "bulwark.settings.overlay" -}}
config_ordinal=280
{{- $all := dict -}}
{{- range .maps }}{{ $all = mergeOverwrite $all (deepCopy (. | default dict)) }}{{ end }}
{{- range $key, $value := $all }}
{{ $key }}={{ include "bulwark.scalar" $value }}
{{- end }}
{{- end -}}

{{/* A service. Takes root, program, name where it is another's, ports (text), and headless. */}}
{{- define "bulwark.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "bulwark.metadata" (dict "root" .root "name" (.name | default .program) "program" .program "labels" .labels) | nindent 2 }}
spec:
  {{- if .headless }}
  clusterIP: None
  publishNotReadyAddresses: true
  {{- end }}
  selector:
    {{- include "bulwark.selector" . | nindent 4 }}
  ports:
    {{- .ports | trim | nindent 4 }}
{{- end -}}

{{/* Where workers fetch images: the public internet's HTTPS, and no address of a cluster or a cloud's metadata service. */}}
{{- define "bulwark.internet" -}}
- to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
          - 0.0.0.0/8
          - 10.0.0.0/8
          - 100.64.0.0/10
          - 127.0.0.0/8
          - 168.63.129.16/32
          - 169.254.0.0/16
          - 172.16.0.0/12
          - 192.0.0.0/24
          - 192.168.0.0/16
          - 198.18.0.0/15
          - 224.0.0.0/3
          {{- range .Values.network.neverFetchFrom }}
          - {{ . }}
          {{- end }}
    - ipBlock:
        cidr: 2000::/3
        except:
          - 2001::/32
          - 2002::/16
  ports:
    - protocol: TCP
      port: 443
{{- end -}}

{{/* A fence. Takes root, program, name where it is another's, ingress and egress (texts of rules; without one of them it is open). */}}
{{- define "bulwark.fence" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "bulwark.metadata" (dict "root" .root "name" (.name | default .program)) | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- if .pods }}
      {{- .pods | trim | nindent 6 }}
      {{- else }}
      {{- include "bulwark.selector" . | nindent 6 }}
      {{- end }}
  policyTypes:
    {{- if .ingress }}
    - Ingress
    {{- end }}
    {{- if .egress }}
    - Egress
    {{- end }}
  {{- with .ingress }}
  ingress:
    {{- . | trim | nindent 4 }}
  {{- end }}
  {{- with .egress }}
  egress:
    {{- . | trim | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Prometheus' namespace, as a peer. */}}
{{- define "bulwark.prometheus" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .Values.platform.monitoringNamespace }}
{{- end -}}
