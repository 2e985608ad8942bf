# fish: completion, and a segment for the prompt. Loaded by: prefect-config shell-init fish | source

# function fish_right_prompt; prefect_config_prompt; end
function prefect_config_prompt
    echo -n (command prefect-config prompt 2>/dev/null)
end

function __prefect_config_complete
    set -l words (commandline -opc)[2..-1] (commandline -ct)
    set -l lines (string join0 -- $words | command prefect-config complete 2>/dev/null)
    switch "$lines[1]"
        case folders
            __fish_complete_directories (commandline -ct)
        case files
            __fish_complete_path (commandline -ct)
        case programs
            set -l start (contains -i -- -- $words; or echo 1)
            complete -C (string join ' ' -- (string escape -- $words[(math $start + 1)..-1]))
        case '*'
            string join \n -- $lines[2..-1]
    end
end

complete -c prefect-config -f -a '(__prefect_config_complete)'
